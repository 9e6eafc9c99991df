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
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
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
  private static final Path RESOURCES = Path.of("src/test/resources/golden");

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "bert, mlm-gelu, fpi, 5, 36",
    "bert, mlm-gelu-new, fpi, 4, 48",
    "bert, mlm-relu-legacy, stack, 7, 24",
    "bert, base, copy, 4, 30",
    "roberta, mlm, fpi, 5, 36",
    "roberta, base, copy, 4, 24",
    "gpt2, lm, fpi, 5, 48",
    "gpt2, lm-inner-null-old, interpolation, 5, 24",
    "gpt2, lm-gelu-untied, copy, 4, 36",
    "gpt2, lm-gelu-fast-flag-lost, fpi, 5, 48",
    "llama, lm, lemon, 3, 24",
    "llama, lm-llama3-old, hypercloning, 2, 32",
    "llama, lm-linear-sharded, stack, 5, 16",
    "llama, lm-half, lemon, 3, 24",
    "mistral, lm-window, fpi, 3, 32",
    "qwen2, lm-window, llama-pro, 5, 16",
    "qwen3, lm-window, lemon, 5, 24",
    "gemma, lm, lemon, 3, 24",
    "gemma2, lm, hypercloning, 3, 32",
    "gemma3_text, lm, lemon, 5, 24",
    "gemma3_text, base-old, stack, 5, 16"
  })
  void theGrownCheckpointIsTheOneThatPythonOpened(
      String family, String source, String method, int layers, int hidden) {
    Ligo ligo = Ligo.create();
    Path grown = directory.resolve("grown");
    try (Checkpoint small = ligo.open(RESOURCES.resolve(family).resolve(source))) {
      ligo.grow(small, method)
          .to(Sizes.SAME.withLayers(layers).withHidden(hidden))
          .seed(11)
          .save(grown);
    }
    Path file =
        RESOURCES.resolve("grown").resolve(family).resolve(source + "-" + method + ".safetensors");
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
                      .as(n)
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
