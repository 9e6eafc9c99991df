package dev.ligo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths that lead nowhere, or to what is no file, are refused as {@link BadInputTest} says. */
class BadPathTest {
  @TempDir Path directory;
  private Path small;

  @BeforeEach
  void writeCheckpoint() {
    small = TinyBert.checkpoint(directory.resolve("small"));
  }

  private void assertRefused(String message, Object... arguments) {
    CommandRun.assertRefused(directory, message, arguments);
  }

  @Test
  void linksThatLeadNowhere() throws IOException {
    Path link = directory.resolve("link");
    Path nowhere = directory.resolve("nowhere");
    Files.createSymbolicLink(link, nowhere);
    String message = "a link to " + nowhere + ", which is not there";
    Path text = TinyBert.text(directory.resolve("a.txt"));
    Path out = directory.resolve("large");
    assertRefused(message, "inspect", link);
    assertRefused(message, "pretrain", "--from", link, "--data", text, "--steps", 1, "--out", out);
    assertRefused(message, "pretrain", "--from", small, "--data", link, "--steps", 1, "--out", out);
    assertRefused(
        message, "pretrain", "--from", small, "--data", text, "--steps", 1, "--out", link);
    Object[] scratch = {"pretrain", "--config", link, "--tokenizer", TinyBert.TOKENIZER};
    List<Object> arguments = new ArrayList<>(List.of(scratch));
    arguments.addAll(List.of("--data", text, "--steps", 1, "--out", out));
    assertRefused(message, arguments.toArray());
  }

  /** Whoever waited for what a pipe holds would wait forever. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.safetensors",
        "config.json",
        "tokenizer.json",
        "growth.json",
        "vocab.txt",
        "README.md"
      })
  @DisabledOnOs(OS.WINDOWS)
  @Timeout(60)
  void pipesInThePlaceOfFiles(String name) throws Exception {
    Path from = directory.resolve("pipes");
    TinyBert.checkpoint(from);
    Files.deleteIfExists(from.resolve(name));
    pipe(from.resolve(name));
    Path out = directory.resolve("large");
    List<List<Object>> commands =
        List.of(
            List.of("verify", from),
            List.of("grow", "--from", from, "--method", "stack", "--layers", 4, "--out", out));
    for (List<Object> command : commands) {
      CommandRun run = CommandRun.of(command.toArray());
      if (run.code() != 0) {
        assertThat(run.out() + run.err()).contains("found a device or pipe");
      }
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  @Timeout(60)
  void pipesThatAreNamed() throws Exception {
    Path pipe = pipe(directory.resolve("pipe"));
    Path out = directory.resolve("large");
    String message = "expected a file, found a device or pipe";
    assertRefused(message, "grow", "--recipe", pipe, "--out", out);
    List<Object> grow = new ArrayList<>(List.of("grow", "--from", small, "--method", "copy"));
    grow.addAll(List.of("--layers", 4, "--operator", pipe, "--out", out));
    assertRefused(message, grow.toArray());
    List<Object> train = new ArrayList<>(List.of("pretrain", "--from", small, "--data", pipe));
    train.addAll(List.of("--steps", 1, "--out", out));
    assertRefused("found a device or pipe", train.toArray());
  }

  private static Path pipe(Path path) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
    return path;
  }

  @Test
  void namesThatAreBlank() {
    Path text = TinyBert.text(directory.resolve("a.txt"));
    Path out = directory.resolve("large");
    String place = "' ': is not a place to write to; name a new one";
    assertRefused(
        place, "grow", "--from", small, "--method", "copy", "--vocab-size=99", "--out", " ");
    assertRefused(place, "pretrain", "--from", small, "--data", text, "--steps", 1, "--out", " ");
    assertRefused(
        "expected the name of a file or directory",
        "pretrain",
        "--from",
        small,
        "--data",
        "",
        "--steps",
        1,
        "--out",
        out);
  }

  @Test
  void eventsInACheckpoint() {
    Path text = TinyBert.text(directory.resolve("a.txt"));
    for (Path events : List.of(small, small.resolve("runs/a"))) {
      assertRefused(
          "which holds a model and stays as it is; name a directory outside of it",
          "pretrain",
          "--from",
          small,
          "--data",
          text,
          "--steps",
          1,
          "--out",
          directory.resolve("large"),
          "--tensorboard",
          events);
    }
  }

  @Test
  void aDeviceInThePlaceOfData() {
    Path device = Path.of("/dev/null");
    assumeTrue(Files.exists(device), "a system with devices among its files");
    assertRefused(
        "/dev/null: expected a file or directory, found a device or pipe",
        "evaluate",
        "--from",
        small,
        "--data",
        device);
    assertRefused(
        "reading the tokenizer /dev/null: expected a file or directory, found a device or pipe",
        "pretrain",
        "--config",
        small.resolve("config.json"),
        "--tokenizer",
        device,
        "--data",
        TinyBert.text(directory.resolve("text.txt")),
        "--steps",
        1,
        "--out",
        directory.resolve("out"));
  }
}
