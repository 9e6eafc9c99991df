package dev.ligo.core.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.ligo.api.HostArray;
import dev.ligo.api.LigoException;
import dev.ligo.api.Shape;
import dev.ligo.core.io.Abandoned;
import dev.ligo.core.train.RunIdentity;
import dev.ligo.core.train.TrainingDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The files of a run's state after every prefix of the operations that change them: as a killed
 * process leaves them, and as a loss of power does, which takes what was not written through: half
 * of a content, and any of the names that were created, moved or deleted. A run goes on from a
 * complete state then. Where an operation fails, no state that was saved is lost.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "open files cannot be copied or replaced there")
class CrashTest {
  private static final int SAVES = 4;
  private static final RunIdentity RUN = RunIdentity.of(new JsonObject());

  @TempDir Path directory;

  /** The files at one moment, and the last step whose state had been saved by then. */
  private record Moment(String operation, Path files, long saved) {}

  private static Map<String, HostArray> values(long step) {
    float[] many = new float[1000];
    many[999] = (float) step;
    return Map.of(
        "a", HostArray.of(Shape.of(2), (float) step, 2f), "b", HostArray.of(Shape.of(1000), many));
  }

  /** Runs to the end but for the removal of the state; tells of each step that was saved. */
  private static void run(Path out, boolean resume, long[] saved) {
    try (TrainingDirectory d = TrainingDirectory.open(out, RUN, resume)) {
      for (long step = saved[0] + 1; step <= SAVES; step++) {
        JsonObject line = new JsonObject();
        line.addProperty("step", step);
        line.addProperty("seconds", step);
        d.metrics(line);
        d.save(step, values(step));
        saved[0] = step;
      }
    }
  }

  /** Returns the files before each operation of a run, then of its end. */
  private List<Moment> moments(boolean powerLost, boolean end) throws IOException {
    Path live = Files.createDirectory(directory.resolve("live"));
    long[] saved = new long[1];
    List<Moment> moments = new ArrayList<>();
    WatchedFiles[] files = new WatchedFiles[1];
    files[0] =
        new WatchedFiles(
            (operation, path) -> {
              String name = operation + " " + live.relativize(path);
              DurableFiles durable = files[0].durable();
              if (!powerLost) {
                Path to = next(moments);
                copy(live, to);
                moments.add(new Moment(name, to, saved[0]));
                return;
              }
              for (Set<Integer> outcome : durable.outcomes()) {
                Path to = next(moments);
                durable.write(live, to, outcome);
                moments.add(new Moment(name + " with the names " + outcome, to, saved[0]));
              }
            });
    Path out = files[0].watched(live.resolve("out"));
    run(out, false, saved);
    if (end) {
      moments.clear();
      try (TrainingDirectory d = TrainingDirectory.open(out, RUN, true)) {
        d.delete();
      }
    }
    return moments;
  }

  private Path next(List<Moment> moments) throws IOException {
    Path to = directory.resolve("moment-" + moments.size());
    Abandoned.delete(to); // of the run before its end
    return to;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path p : all.toList()) {
        Path target = to.resolve(from.relativize(p).toString());
        if (Files.isDirectory(p)) {
          Files.createDirectories(target);
        } else {
          Files.copy(p, target);
        }
      }
    }
  }

  private static void assertGoesOn(Moment moment) throws IOException {
    Path out = moment.files().resolve("out");
    long[] saved = new long[1];
    try (TrainingDirectory d = TrainingDirectory.open(out, RUN, true)) {
      Optional<TrainingDirectory.Saved> found = d.saved();
      saved[0] = found.map(TrainingDirectory.Saved::step).orElse(0L);
      assertThat(saved[0]).as(moment.operation()).isGreaterThanOrEqualTo(moment.saved());
      assertThat(found.map(s -> s.metrics().size()).orElse(0))
          .as("metrics, %s", moment.operation())
          .isEqualTo((int) saved[0]);
      found.ifPresent(
          s -> {
            assertThat(s.values().get("a").get(0)).isEqualTo((double) s.step());
            assertThat(s.values().get("b").get(999)).isEqualTo((double) s.step());
          });
    }
    run(out, true, saved);
    assertThat(TrainingDirectory.savedStep(out)).as(moment.operation()).hasValue(SAVES);
    Abandoned.delete(moment.files());
  }

  @Test
  void afterEveryOperationOfAKilledProcessTheRunGoesOn() throws IOException {
    List<Moment> moments = moments(false, false);
    assertThat(moments).hasSizeGreaterThan(50);
    for (Moment m : moments) {
      assertGoesOn(m);
    }
  }

  @Test
  void afterEveryOperationBeforeALossOfPowerTheRunGoesOn() throws IOException {
    List<Moment> moments = moments(true, false);
    assertThat(moments).hasSizeGreaterThan(100);
    for (Moment m : moments) {
      assertGoesOn(m);
    }
  }

  /** The model is written then; what is left stands in nobody's way. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void afterEveryOperationOfTheRemovalTheNextRunBegins(boolean powerLost) throws IOException {
    for (Moment m : moments(powerLost, true)) {
      Path out = m.files().resolve("out");
      try (TrainingDirectory d = TrainingDirectory.open(out, RUN, true)) {
        d.delete();
      }
      try (Stream<Path> left = Files.walk(m.files())) {
        assertThat(left.filter(Files::isRegularFile)).as(m.operation()).isEmpty();
      }
    }
  }

  @Test
  void whereAnOperationFailsNoSavedStateIsLost() throws IOException {
    int operations = moments(false, false).size();
    for (int failing = 1; failing <= operations; failing++) {
      Path live = Files.createDirectory(directory.resolve("failing-" + failing));
      int last = failing;
      int[] count = new int[1];
      WatchedFiles files =
          new WatchedFiles(
              (operation, path) -> {
                if (++count[0] == last) {
                  throw new IOException("injected: " + operation);
                }
              });
      Path out = files.watched(live.resolve("out"));
      long[] saved = new long[1];
      try {
        run(out, false, saved);
      } catch (LigoException e) {
        assertThat(e.getMessage()).contains("injected");
      }
      assertGoesOn(new Moment("failure " + failing, live, saved[0]));
    }
  }
}
