package dev.ligo.cli.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import dev.ligo.cli.CommandRun;
import dev.ligo.cli.TinyBert;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands compute on the plain backend where it is named. */
class PlainBackendTest {
  @TempDir Path directory;

  @Test
  void growingMeasuresItsDriftThere() {
    Path text = TinyBert.text(directory.resolve("a.txt"));
    CommandRun run =
        CommandRun.of(
            "grow",
            "--from",
            TinyBert.checkpoint(directory.resolve("small")),
            "--out",
            directory.resolve("large"),
            "--method",
            "lemon",
            "--hidden",
            16,
            "--data",
            text,
            "--measure-drift",
            "--backend",
            "plain");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("plain Java");
    assertThat(directory.resolve("large/model.safetensors")).exists();
  }

  @Test
  void evaluatingGivesWhatAnEngineGives() {
    Path small = TinyBert.checkpoint(directory.resolve("small"));
    Path text = TinyBert.text(directory.resolve("a.txt"));
    double plain = loss(small, text, "plain");
    assertThat(plain).isCloseTo(loss(small, text, "pytorch"), within(1e-4));
  }

  private static double loss(Path small, Path text, String backend) {
    CommandRun run =
        CommandRun.of("evaluate", "--from", small, "--data", text, "--backend", backend, "--json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonObject metrics = run.json();
    return metrics.get("loss").getAsDouble();
  }
}
