package dev.ligo.it.growth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.model.Sizes;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Growing to the same sizes, in every layout in which checkpoints of a family stand. */
class SameSizesTest {
  private static final Path SOURCES = Path.of("src/test/resources/golden/bert");

  private final Ligo ligo = Ligo.create();

  @TempDir Path directory;

  private void grow(String source, String method) {
    try (Checkpoint small = ligo.open(SOURCES.resolve(source))) {
      ligo.grow(small, method).to(Sizes.SAME).seed(5).save(directory.resolve(method));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mlm-gelu",
        "mlm-gelu-new",
        "base",
        "classification",
        "mlm-relu-legacy",
        "mlm-sharded"
      })
  void growingToTheSameSizesChangesNoBit(String source) {
    for (String method :
        new String[] {
          "copy", "stack", "interpolation", "fpi", "aki", "net2net", "hypercloning", "lemon", "mslt"
        }) {
      grow(source, method);
      try (HuggingFaceDirectory before = HuggingFaceDirectory.open(SOURCES.resolve(source));
          HuggingFaceDirectory after = HuggingFaceDirectory.open(directory.resolve(method))) {
        after
            .tensors()
            .forEach(
                (n, spec) -> {
                  assertThat(spec).as(n).isEqualTo(before.tensors().get(n));
                  // Of two names for one bias the one that is computed with is written twice.
                  String origin =
                      source.equals("mlm-gelu-new") && n.equals("cls.predictions.bias")
                          ? "cls.predictions.decoder.bias"
                          : n;
                  assertThat(after.read(n).bytes()).as(n).isEqualTo(before.read(origin).bytes());
                });
        assertThat(before.tensors().keySet())
            .filteredOn(n -> !n.endsWith("position_ids"))
            .isEqualTo(java.util.List.copyOf(after.tensors().keySet()));
        assertThat(after.config()).isEqualTo(before.config());
      }
    }
  }
}
