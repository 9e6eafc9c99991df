package dev.ligo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.train.RunIdentity;
import dev.ligo.core.train.TrainingDirectory;
import dev.ligo.core.train.TrainingException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trace that cannot be written any more does not end the run that it tells of. */
class TraceTest {
  @TempDir Path directory;

  private TrainingDirectory work() {
    return TrainingDirectory.open(
        directory.resolve("out"), RunIdentity.of(new JsonObject()), false);
  }

  private TrainingRecording recording(TrainingDirectory work, EventFile events) {
    return new TrainingRecording(
        work, Optional.of(events), Optional.empty(), ProgressListener.SILENT);
  }

  private List<String> metrics() throws IOException {
    return Files.readAllLines(directory.resolve("out.training/metrics.jsonl"));
  }

  private static long bytes(Path runs) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(runs)) {
      return Files.size(files.iterator().next());
    }
  }

  @Test
  void whereOneIsLostTheOthersGoOn() throws IOException {
    EventFile events =
        EventFile.create(directory.resolve("runs"), Clock.systemUTC(), OptionalLong.empty());
    events.close(); // no disk is full in a test: nor can this one be written to
    JsonObject line = new JsonObject();
    line.addProperty("step", 1);
    assertThatThrownBy(() -> events.write(line))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("cannot write " + directory.resolve("runs"));
    try (TrainingDirectory work = work()) {
      TrainingRecording recording = recording(work, events);
      recording.evaluated(1, Map.of("loss", 2.0));
      recording.evaluated(2, Map.of("loss", 1.0));
      assertThat(metrics()).hasSize(2);
    }
  }

  @Test
  void aRunGoesOnWithoutItsMetrics() throws IOException {
    Path runs = directory.resolve("runs");
    TrainingDirectory work = work();
    work.close();
    try (EventFile events = EventFile.create(runs, Clock.systemUTC(), OptionalLong.empty())) {
      long before = bytes(runs);
      recording(work, events).evaluated(1, Map.of("loss", 2.0));
      assertThat(bytes(runs)).isGreaterThan(before);
    }
    assertThatCode(work::delete).doesNotThrowAnyException();
  }
}
