package dev.ligo.it.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.checkpoint.SafetensorsFile;
import dev.ligo.core.model.Sizes;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Grown checkpoints as the public Python {@code transformers} opened them: the golden file holds
 * the SHA-256 of the weights that it read, and what it computed from them. The test grows them
 * again.
 */
class GrownByTransformersTest {
  private static final Path SOURCES = Path.of("src/test/resources/golden/bert");
  private static final Path GOLDEN = Path.of("src/test/resources/golden/grown");

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "mlm-gelu, fpi, 5, 36",
    "mlm-gelu-new, fpi, 4, 48",
    "mlm-relu-legacy, stack, 7, 24",
    "base, copy, 4, 30"
  })
  void theGrownCheckpointIsTheOneThatPythonOpened(
      String source, String method, int layers, int hidden) {
    Ligo ligo = Ligo.create();
    Path grown = directory.resolve("grown");
    try (Checkpoint small = ligo.open(SOURCES.resolve(source))) {
      ligo.grow(small, method)
          .to(Sizes.SAME.withLayers(layers).withHidden(hidden))
          .seed(11)
          .save(grown);
    }
    Path file = GOLDEN.resolve(source + "-" + method + ".safetensors");
    try (SafetensorsFile golden = SafetensorsFile.open(file);
        HuggingFaceDirectory files = HuggingFaceDirectory.open(grown);
        Checkpoint large = ligo.open(grown);
        Backend backend = Backends.open("pytorch", BackendOptions.cpu().withThreads(1))) {
      assertThat(files.sha256().get("model.safetensors"))
          .isEqualTo(golden.metadata().get("sha256/model.safetensors"));
      Map<String, HostArray> found = outputs(backend, large, golden);
      found.forEach(
          (n, a) -> {
            HostArray reference = golden.read(n);
            assertThat(Golden.error(a.reshape(reference.shape()), reference))
                .as(n)
                .isLessThanOrEqualTo(Golden.OUTPUT);
          });
    }
  }

  private static Map<String, HostArray> outputs(
      Backend backend, Checkpoint large, SafetensorsFile golden) {
    Map<String, HostArray> in = new TreeMap<>();
    large.values().forEach((n, a) -> in.put("parameter/" + n, a));
    for (String n : new String[] {"input_ids", "token_type_ids", "attention_mask"}) {
      in.put("batch/" + n, golden.read(n).as(DType.INT32));
    }
    int tokens = golden.read("input_ids").size();
    int[] every = new int[tokens];
    java.util.Arrays.setAll(every, i -> i);
    in.put("batch/masked_positions", HostArray.of(dev.ligo.api.Shape.of(tokens), every));
    boolean head = large.model().hasHead("masked-lm");
    Map<String, HostArray> out = new TreeMap<>();
    Map<String, DeviceArray> inputs = backend.arrays(in);
    try (Computation computation =
        backend.compile(
            (t, x) -> {
              var w = x.under("parameter/");
              var batch = x.under("batch/");
              var hidden = large.model().forward(t, w, batch, false);
              return dev.ligo.api.NamedTensors.of("last_hidden_state", hidden.get("hidden"))
                  .with(
                      head
                          ? dev.ligo.api.NamedTensors.of(
                              "logits", large.model().logits("masked-lm", t, w, batch, false))
                          : dev.ligo.api.NamedTensors.empty());
            })) {
      computation
          .run(inputs)
          .forEach(
              (n, a) -> {
                out.put(n, a.toHost());
                a.close();
              });
    } finally {
      inputs.values().forEach(DeviceArray::close);
    }
    return out;
  }
}
