package dev.ligo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.core.train.TrainingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of events hold what TensorBoard reads of them: traces.json has the bytes of two of them, of
 * a run and of its continuation, and what Python's tensorboard found there.
 */
class EventFileTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2024-02-03T04:05:06.5Z"), ZoneOffset.UTC);

  @TempDir Path directory;

  private static JsonObject line(String json) {
    return JsonParser.parseString(json).getAsJsonObject();
  }

  private void write(OptionalLong after, String... lines) {
    try (EventFile events = EventFile.create(directory.resolve("runs/a"), CLOCK, after)) {
      for (String line : lines) {
        events.write(line(line));
      }
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("runs/a"))) {
      return files.sorted().toList();
    }
  }

  @Test
  void tensorBoardReadsWhatWasWritten() throws IOException {
    write(
        OptionalLong.empty(),
        "{'step': 1, 'seconds': 0.5, 'loss': 2.5, 'learning_rate': 0.001,"
            + " 'gradient_norm': 0.5, 'tokens': 64}",
        "{'step': 300, 'seconds': 0.7, 'eval_loss': 1.25, 'eval_macro_f1': 0.5}",
        "{'step': 301, 'seconds': 0.8, 'loss': -1.5}");
    write(OptionalLong.of(300), "{'step': 301, 'seconds': 0.9, 'loss': 1.5}");
    Path kept = Files.createDirectories(Path.of("target", "golden", "events"));
    try (InputStream in =
        Objects.requireNonNull(EventFileTest.class.getResourceAsStream("traces.json"))) {
      for (Path file : files()) {
        Files.write(kept.resolve(file.getFileName()), Files.readAllBytes(file));
      }
      JsonObject golden = line(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      JsonObject bytes = golden.getAsJsonObject("files");
      assertThat(files()).hasSize(2);
      for (Path file : files()) {
        assertThat(Base64.getEncoder().encodeToString(Files.readAllBytes(file)))
            .isEqualTo(bytes.get(file.getFileName().toString()).getAsString());
      }
      assertThat(golden.getAsJsonObject("scalars"))
          .isEqualTo(
              line(
                  "{'eval/loss': [[300, 1.25]], 'eval/macro_f1': [[300, 0.5]],"
                      + " 'train/grad_norm': [[1, 0.5]], 'train/learning_rate': [[1, 0.001]],"
                      + " 'train/loss': [[1, 2.5], [301, 1.5]],"
                      + " 'train/num_input_tokens_seen': [[1, 64.0]]}"));
    }
  }

  /** At one time, so that a file that was written step by step has the same bytes. */
  @Test
  void theFileOfAWholeRunIsWhatWasWrittenStepByStep() throws IOException {
    String first = "{'step': 1, 'seconds': 0, 'loss': 2.5, 'learning_rate': 0.001}";
    String last = "{'step': 2, 'seconds': 0, 'eval_loss': 1.25}";
    write(OptionalLong.empty(), first, last);
    assertThat(EventFile.of(List.of(line(first), line(last)), CLOCK.instant()))
        .isEqualTo(Files.readAllBytes(files().get(0)));
    String later = last.replace("0,", "3,");
    assertThat(EventFile.of(List.of(line(first), line(later)), CLOCK.instant()))
        .as("the first event was three seconds earlier")
        .isNotEqualTo(Files.readAllBytes(files().get(0)));
  }

  @Test
  void aPlaceThatIsNoDirectoryIsRefused() throws IOException {
    Path file = Files.writeString(directory.resolve("runs"), "");
    assertThatThrownBy(() -> write(OptionalLong.empty()))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("cannot write events to " + file.resolve("a") + ": ")
        .hasMessageEndingWith("; name another directory.");
  }
}
