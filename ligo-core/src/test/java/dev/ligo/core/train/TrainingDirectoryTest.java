package dev.ligo.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingDirectoryTest {
  @TempDir Path directory;

  private static JsonObject description(boolean strategies) {
    JsonObject o = new JsonObject();
    o.addProperty("seed", 1);
    if (strategies) {
      o.addProperty("strategies", "[LayerDropping[rate=0.1]]");
    }
    return o;
  }

  private void begin(String run, JsonObject description) {
    try (TrainingDirectory d = TrainingDirectory.open(directory.resolve(run), description, false)) {
      d.save(3, Map.of("variable/w", HostArray.of(Shape.of(2), 1f, 2f)));
    }
  }

  @Test
  void aRunGoesOnAsItWasBegun() {
    begin("run", description(true));
    try (TrainingDirectory d =
        TrainingDirectory.open(directory.resolve("run"), description(true), true)) {
      assertThat(d.saved()).hasValueSatisfying(s -> assertThat(s.step()).isEqualTo(3));
    }
  }

  /** A cancellation may meet a step whose state has just been saved. */
  @Test
  void aStateThatIsThereIsKept() {
    try (TrainingDirectory d =
        TrainingDirectory.open(directory.resolve("run"), description(true), false)) {
      d.save(3, Map.of("variable/w", HostArray.of(Shape.of(2), 1f, 2f)));
      d.save(3, Map.of("variable/w", HostArray.of(Shape.of(2), 1f, 2f)));
    }
    assertThat(TrainingDirectory.savedStep(directory.resolve("run"))).hasValue(3);
  }

  @Test
  void nothingStaysWhereThereIsNothingToGoOnFrom() throws IOException {
    Path run = directory.resolve("run");
    Path beside = directory.resolve("run.training");
    TrainingDirectory.open(run, description(false), false).close();
    assertThat(beside).doesNotExist();
    assertThat(TrainingDirectory.savedStep(run)).isEmpty();
    Path other = Files.createDirectory(beside).resolve("other.txt");
    Files.writeString(other, "not the run's");
    TrainingDirectory.open(run, description(false), false).close();
    assertThat(beside)
        .isDirectoryContaining(other::equals)
        .isDirectoryNotContaining("glob:**metrics*");
    begin("run", description(false));
    assertThat(TrainingDirectory.savedStep(run)).hasValue(3);
  }

  /** Two runs that write the same metrics would spoil both. */
  @Test
  void oneRunAtATimeHasADestination() throws IOException {
    Path run = directory.resolve("run");
    JsonObject line = description(false);
    line.addProperty("step", 1);
    try (TrainingDirectory d = TrainingDirectory.open(run, description(false), false)) {
      d.metrics(line);
      for (boolean resume : new boolean[] {false, true}) {
        assertThatThrownBy(() -> TrainingDirectory.open(run, description(false), resume))
            .isInstanceOf(TrainingException.class)
            .hasMessageContainingAll("another process is training to " + run, "wait for it");
      }
      d.save(1, Map.of("variable/w", HostArray.of(Shape.of(2), 1f, 2f)));
    }
    try (TrainingDirectory d = TrainingDirectory.open(run, description(false), true)) {
      assertThat(d.saved().orElseThrow().metrics()).containsExactly(line);
      assertHeldInAnotherProcess(run);
    }
  }

  /** Also of a run that goes on, which has read what it wrote before. */
  private static void assertHeldInAnotherProcess(Path run) throws IOException {
    Path lock = TrainingDirectory.beside(run).resolve(DirectoryLock.FILE);
    Path program = run.resolveSibling("TryLock.java");
    Files.writeString(
        program,
        """
        class TryLock {
          public static void main(String[] args) throws Exception {
            try (var file = new java.io.RandomAccessFile(args[0], "rw")) {
              System.exit(file.getChannel().tryLock() == null ? 3 : 4);
            }
          }
        }
        """);
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                program.toString(),
                lock.toString())
            .inheritIO()
            .start();
    assertThat(other.onExit().join().exitValue()).as("3: held, 4: free").isEqualTo(3);
  }

  /** A key that only one of the two descriptions has is a difference, too. */
  @Test
  void aRunIsNotContinuedAsAnother() {
    begin("with", description(true));
    begin("without", description(false));
    assertThatThrownBy(
            () -> TrainingDirectory.open(directory.resolve("with"), description(false), true))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("had another strategies, \"[LayerDropping[rate=0.1]]\"")
        .hasMessageContaining("than this one, none");
    assertThatThrownBy(
            () -> TrainingDirectory.open(directory.resolve("without"), description(true), true))
        .hasMessageContaining("had another strategies, none");
  }
}
