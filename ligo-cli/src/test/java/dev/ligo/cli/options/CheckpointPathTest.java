package dev.ligo.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.cli.CommandRun;
import dev.ligo.core.checkpoint.HubCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.TypeConversionException;

class CheckpointPathTest {
  @TempDir Path directory;

  @Test
  void aNameIsLookedForInTheCache() throws IOException {
    Path model = directory.resolve("models--org--tiny");
    Path snapshot = Files.createDirectories(model.resolve("snapshots/1a2b"));
    Files.createDirectories(model.resolve("refs"));
    Files.writeString(model.resolve("refs/main"), "1a2b\n");
    CheckpointPath paths = new CheckpointPath(new HubCache(directory));
    assertThat(paths.convert("org/tiny")).isEqualTo(snapshot);
    assertThat(paths.convert("org/large")).isEqualTo(Path.of("org/large"));
    assertThat(paths.convert(directory.toString())).isEqualTo(directory);
  }

  @Test
  void aFileOfACheckpointIsLookedForThereToo() throws IOException {
    Path model = directory.resolve("models--org--tiny");
    Path snapshot = Files.createDirectories(model.resolve("snapshots/1a2b"));
    HubCache cache = new HubCache(directory);
    assertThat(new CheckpointFile.Config(cache).convert("org/tiny@1a2b"))
        .isEqualTo(snapshot.resolve("config.json"));
    assertThat(new CheckpointFile.Tokenizer(cache).convert(directory.toString()))
        .isEqualTo(directory.resolve("tokenizer.json"));
    assertThat(new CheckpointFile.Config(cache).convert("org/config.json"))
        .isEqualTo(Path.of("org/config.json"));
    assertThatThrownBy(() -> new CheckpointFile.Tokenizer(cache).convert("org/large"))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageEndingWith("fetch it by: hf download org/large");
  }

  @Test
  void everyCommandThatReadsACheckpointSaysHowToFetchOne() {
    Path out = directory.resolve("out");
    Object[][] commands = {
      {"inspect", "no-org/no-name"},
      {"verify", "no-org/no-name"},
      {"grow", "--from", "no-org/no-name", "--method", "stack", "--layers", 4, "--out", out},
      {"pretrain", "--from", "no-org/no-name", "--data", directory, "--steps", 1, "--out", out},
      {"finetune", "--from", "no-org/no-name", "--data", directory, "--out", out},
      {"evaluate", "--from", "no-org/no-name", "--data", directory},
      {"predict", "--from", "no-org/no-name", "--text", "a"}
    };
    for (Object[] command : commands) {
      CommandRun run = CommandRun.of(command);
      assertThat(run.code()).as("%s", command[0]).isEqualTo(1);
      assertThat(run.err() + run.out()).contains("hf download no-org/no-name");
    }
  }
}
