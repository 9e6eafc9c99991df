package dev.ligo.cli.clean;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.cli.CommandRun;
import dev.ligo.cli.TinyBert;
import dev.ligo.core.train.RunIdentity;
import dev.ligo.core.train.TrainingDirectory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ligo clean} finds what killed processes have left, and nothing else. */
class CleanCommandTest {
  @TempDir Path directory;
  private Path models;

  @BeforeEach
  void name() throws IOException {
    models = Files.createDirectory(directory.resolve("models"));
  }

  private CommandRun clean(Object... options) {
    CommandRun run =
        CommandRun.of(
            Stream.concat(Stream.of("clean", models), Stream.of(options)).toArray(Object[]::new));
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  /** Returns a directory as a process that was killed while it wrote a checkpoint leaves it. */
  private Path partial(String name) throws IOException {
    Path partial = models.resolve("." + name + ".partial-" + UUID.randomUUID());
    Files.createDirectory(partial);
    Files.writeString(partial.resolve(".lock"), "");
    Files.writeString(partial.resolve("model.safetensors"), "half");
    return partial;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(models)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void listsAndRemovesOnlyWhenAsked() throws IOException {
    Path left = partial("grown");
    Path file = models.resolve(".op.safetensors.partial-" + UUID.randomUUID());
    Files.writeString(file, "half");
    assertThat(clean().out()).contains(left.getFileName().toString(), "to remove with --yes: 8 B");
    assertThat(left).exists();
    assertThat(clean("--yes", "--json").json().getAsJsonArray("found")).hasSize(2);
    assertThat(names()).isEmpty();
    assertThat(clean().out()).contains("nothing is left to remove");
  }

  @Test
  void whatIsBeingWrittenStays() throws IOException {
    Path written = partial("grown");
    try (FileChannel channel =
            FileChannel.open(written.resolve(".lock"), StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      assertThat(clean("--yes").out()).contains("nothing is left");
    }
    Path begun = models.resolve(".other.partial-" + UUID.randomUUID());
    Files.createDirectory(begun); // not locked yet
    clean("--yes");
    assertThat(begun).exists();
    assertThat(written).doesNotExist();
  }

  @Test
  void whatOthersHaveMadeStaysAndNoLinkIsFollowed() throws IOException {
    Path victim = Files.createDirectory(directory.resolve("victim"));
    Files.writeString(victim.resolve(".lock"), "");
    Files.writeString(victim.resolve("thesis.txt"), "three years");
    Files.createSymbolicLink(models.resolve(".x.partial-" + UUID.randomUUID()), victim);
    Files.createDirectory(models.resolve("foreign.training"));
    Files.createDirectory(models.resolve("foreign"));
    Files.writeString(models.resolve(".notes.partial"), "mine");
    List<String> before = names();
    assertThat(clean("--yes").out()).contains("nothing is left");
    assertThat(names()).isEqualTo(before);
    assertThat(victim.resolve("thesis.txt")).hasContent("three years");
  }

  @Test
  void theStateOfARunThatIsDoneIsRemovedAndThatOfAnInterruptedOneStays() throws IOException {
    JsonObject run = new JsonObject();
    run.addProperty("seed", 7);
    for (String name : List.of("done", "file", "interrupted", "other")) {
      Path out = models.resolve(name);
      try (TrainingDirectory d = TrainingDirectory.open(out, RunIdentity.of(run), false)) {
        d.save(3, Map.of("w", HostArray.of(Shape.of(1), 1f)));
      }
    }
    TinyBert.checkpoint(models.resolve("done"));
    Files.writeString(models.resolve("done/training.json"), "{\"seed\":7}");
    TinyBert.checkpoint(models.resolve("other"));
    Files.writeString(models.resolve("file"), "");
    assertThat(clean("--yes").out()).contains("state of a finished run");
    assertThat(names())
        .containsExactly(
            "done", "file", "file.training", "interrupted.training", "other", "other.training");
  }

  /** A name with line breaks cannot make lines of its own. */
  @Test
  void controlCharactersOfANameAreEscaped() throws IOException {
    Path left = partial("a\nligo: all is well\u001b[2J");
    CommandRun run = clean();
    assertThat(run.out()).contains("a\\u000aligo: all is well\\u001b[2J");
    CommandRun refused = CommandRun.of("inspect", left.resolveSibling("no\nsuch"));
    assertThat(refused.err().lines()).hasSize(1);
  }
}
