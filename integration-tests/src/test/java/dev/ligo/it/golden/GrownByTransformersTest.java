package dev.ligo.it.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.checkpoint.SafetensorsFile;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Grown checkpoints as the public Python {@code transformers} opened them: the golden file holds
 * the SHA-256 of the weights that it read, and what it computed from them. The test grows them
 * again. {@code golden/grown/FAMILY/CASE/METHOD-LAYERSxHIDDEN.safetensors} was made of {@code
 * golden/FAMILY/CASE} by
 *
 * <pre>
 * ligo grow --from CASE --out DIR --method METHOD --layers LAYERS --hidden HIDDEN --seed 11
 * python3 open_grown.py DIR METHOD-LAYERSxHIDDEN.safetensors
 * </pre>
 */
class GrownByTransformersTest {
  private static final Path GROWN = Golden.ROOT.resolve("grown");

  /** A method, the layers and the hidden size, as a file's name says them. */
  private static final Pattern NAME = Pattern.compile("(.+)-(\\d+)x(\\d+)\\.safetensors");

  private static final long SEED = 11;

  @TempDir Path directory;

  /** The golden files, such as "gpt2/lm/fpi-5x48.safetensors". */
  static List<String> files() throws IOException {
    try (Stream<Path> tree = Files.walk(GROWN)) {
      return tree.map(p -> GROWN.relativize(p).toString().replace('\\', '/'))
          .filter(name -> name.endsWith(".safetensors"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void theGrownCheckpointIsTheOneThatPythonOpened(String name) {
    Path file = GROWN.resolve(name);
    Matcher growth = NAME.matcher(file.getFileName().toString());
    assertThat(growth.matches()).as("a name as METHOD-LAYERSxHIDDEN.safetensors").isTrue();
    Ligo ligo = Ligo.create();
    Path grown = directory.resolve("grown");
    Path source = Golden.ROOT.resolve(GROWN.relativize(file.getParent()));
    try (Checkpoint small = ligo.open(source)) {
      ligo.grow(small, growth.group(1))
          .to(
              Sizes.SAME
                  .withLayers(Integer.parseInt(growth.group(2)))
                  .withHidden(Integer.parseInt(growth.group(3))))
          .seed(SEED)
          .save(grown);
    }
    try (SafetensorsFile golden = SafetensorsFile.open(file);
        HuggingFaceDirectory files = HuggingFaceDirectory.open(grown);
        Checkpoint large = ligo.open(grown);
        GoldenBackends backends = new GoldenBackends()) {
      assertThat(files.sha256().get("model.safetensors"))
          .isEqualTo(golden.metadata().get("sha256/model.safetensors"));
      boolean headed = golden.entries().containsKey("logits");
      Map<String, HostArray> batch = batch(golden);
      for (String backend : GoldenBackends.NAMES) {
        backends
            .run(backend, outputs(large.model(), headed), large.values(), batch, DType.FLOAT32)
            .forEach(
                (n, a) -> {
                  HostArray reference = golden.read(n);
                  assertThat(Golden.error(a.reshape(reference.shape()), reference))
                      .as("%s on %s", n, backend)
                      .isLessThanOrEqualTo(Golden.OUTPUT);
                });
      }
    }
  }

  private static Map<String, HostArray> batch(SafetensorsFile golden) {
    Map<String, HostArray> batch = new TreeMap<>();
    for (String n : new String[] {"input_ids", "token_type_ids", "attention_mask"}) {
      if (golden.entries().containsKey(n)) {
        batch.put(n, golden.read(n).as(DType.INT32));
      }
    }
    int[] every = new int[batch.get("input_ids").size()];
    Arrays.setAll(every, i -> i);
    batch.put("masked_positions", HostArray.of(Shape.of(every.length), every));
    return batch;
  }

  private static Program outputs(ModelSpec<?> model, boolean headed) {
    Optional<String> task =
        model.heads().stream().filter(h -> headed).findFirst().map(h -> h.name());
    assertThat(task.isPresent()).isEqualTo(headed);
    return (t, x) -> {
      NamedTensors w = x.under("parameter/");
      NamedTensors batch = x.under("batch/");
      NamedTensors hidden =
          NamedTensors.of("last_hidden_state", model.forward(t, w, batch, false).get("hidden"));
      return task.map(n -> hidden.with("logits", model.forTask(n).logits(t, w, batch, false)))
          .orElse(hidden);
    };
  }
}
