package dev.ligo.it.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.SafetensorsFile;
import dev.ligo.core.model.ConfigOverrides;
import dev.ligo.core.model.Sizes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Grown checkpoints as transformers and timm opened them: the golden file holds the SHA-256 of the
 * weights that Python read, and what it computed from them ({@code open_grown_vit.py}). The test
 * grows them again.
 */
class GrownVisionTest {
  private static final Path VISION = Golden.ROOT.resolve("vit");
  private static final Path GROWN = Golden.ROOT.resolve("grown-vit");

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "vit; fpi; 5; 48; hidden_dropout_prob=0; vit-fpi",
        "vit-timm; fpi; 4; 48; num_classes=5; vit-timm-fpi",
        "vit-timm; stack; 6; 24; model_args.img_size=[16,8]; vit-timm-stack-resized",
        "deit; copy; 4; 72; num_labels=7; deit-copy-relabelled",
        "deit-timm; interpolation; 7; 24; num_classes=5; deit-timm-interpolation",
        "cait; fpi; 5; 32; num_classes=5; cait-fpi",
        "cait-no-qkv-bias; copy; 3; 48; num_classes=6; cait-copy-relabelled"
      })
  void theGrownCheckpointIsTheOneThatPythonOpened(
      String source, String method, int layers, int hidden, String override, String file) {
    Ligo ligo = Ligo.create();
    Path grown = directory.resolve("grown");
    try (Checkpoint small =
        ligo.open(VISION.resolve(source), ConfigOverrides.parse(List.of(override)))) {
      ligo.grow(small, method)
          .to(Sizes.SAME.withLayers(layers).withHidden(hidden))
          .seed(11)
          .save(grown);
    }
    try (SafetensorsFile golden = SafetensorsFile.open(GROWN.resolve(file + ".safetensors"));
        Checkpoint large = ligo.open(grown);
        GoldenBackends backends = new GoldenBackends()) {
      assertThat(large.directory().sha256().get("model.safetensors"))
          .isEqualTo(golden.metadata().get("sha256"));
      HostArray pixels = golden.read("pixel_values").as(DType.FLOAT32);
      for (String backend : GoldenBackends.NAMES) {
        HostArray found =
            backends
                .run(
                    backend,
                    ImageBatch.outputs(large.model()),
                    large.values(),
                    Map.of("pixel_values", pixels),
                    DType.FLOAT32)
                .get("logits");
        assertThat(Golden.error(found, golden.read("logits")))
            .as(backend)
            .isLessThanOrEqualTo(Golden.OUTPUT);
      }
    }
  }
}
