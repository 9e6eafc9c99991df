package dev.ligo.it.vit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
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
class GrownByPythonTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/grown-vit");

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
        ligo.open(Golden.ROOT.resolve(source), ConfigOverrides.parse(List.of(override)))) {
      ligo.grow(small, method)
          .to(Sizes.SAME.withLayers(layers).withHidden(hidden))
          .seed(11)
          .save(grown);
    }
    try (SafetensorsFile golden = SafetensorsFile.open(GOLDEN.resolve(file + ".safetensors"));
        Checkpoint large = ligo.open(grown);
        Backend backend = Backends.open("pytorch", BackendOptions.cpu().withThreads(1))) {
      assertThat(large.directory().sha256().get("model.safetensors"))
          .isEqualTo(golden.metadata().get("sha256"));
      HostArray reference = golden.read("logits");
      HostArray found =
          Golden.run(
                  backend,
                  Golden.outputs(large.model()),
                  large.values(),
                  Map.of("pixel_values", golden.read("pixel_values").as(DType.FLOAT32)),
                  DType.FLOAT32)
              .get("logits");
      assertThat(Golden.error(found, reference)).isLessThanOrEqualTo(Golden.OUTPUT);
    }
  }
}
