package dev.ligo.core.train;

import static java.nio.file.StandardOpenOption.APPEND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.Destination;
import dev.ligo.core.comparison.Comparison;
import dev.ligo.core.io.Abandoned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  private static RunIdentity run(boolean strategies) {
    return RunIdentity.of(description(strategies));
  }

  private static RunIdentity run(String key, String value, String... allowed) {
    JsonObject o = description(false);
    o.addProperty(key, value);
    return new RunIdentity(o, Set.of(allowed));
  }

  private static SortedMap<String, HostArray> values(float first) {
    return new TreeMap<>(Map.of("variable/w", HostArray.of(Shape.of(2), first, 2f)));
  }

  private void begin(String run, JsonObject description) {
    try (TrainingDirectory d =
        TrainingDirectory.open(directory.resolve(run), RunIdentity.of(description), false)) {
      d.save(3, Map.of("variable/w", HostArray.of(Shape.of(2), 1f, 2f)));
    }
  }

  @Test
  void aRunGoesOnAsItWasBegun() {
    begin("run", description(true));
    try (TrainingDirectory d = TrainingDirectory.open(directory.resolve("run"), run(true), true)) {
      assertThat(d.saved()).hasValueSatisfying(s -> assertThat(s.step()).isEqualTo(3));
    }
  }

  /** A cancellation may meet a step whose state has just been saved. */
  @Test
  void aStateThatIsThereIsKept() {
    try (TrainingDirectory d = TrainingDirectory.open(directory.resolve("run"), run(true), false)) {
      d.save(3, Map.of("variable/w", HostArray.of(Shape.of(2), 1f, 2f)));
      d.save(3, Map.of("variable/w", HostArray.of(Shape.of(2), 1f, 2f)));
    }
    assertThat(TrainingDirectory.savedStep(directory.resolve("run"))).hasValue(3);
  }

  @Test
  void nothingStaysWhereThereIsNothingToGoOnFrom() throws IOException {
    Path run = directory.resolve("run");
    Path beside = directory.resolve("run.training");
    TrainingDirectory.open(run, run(false), false).close();
    assertThat(beside).doesNotExist();
    assertThat(TrainingDirectory.savedStep(run)).isEmpty();
  }

  /** A directory that ligo did not make is somebody's. */
  @Test
  void whatOthersHaveWrittenIsNotTouched() throws IOException {
    Path run = directory.resolve("run");
    Path beside = Files.createDirectory(directory.resolve("run.training"));
    Path other = Files.writeString(beside.resolve("thesis.txt"), "three years");
    assertThatThrownBy(() -> TrainingDirectory.open(run, run(false), true))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll("holds what no run has written", "thesis.txt", "move it");
    assertThat(beside).isDirectoryContaining(other::equals);
    assertThat(entries(beside)).containsExactly("thesis.txt");
  }

  /** An empty directory is somebody's, too. */
  @Test
  void anEmptyDirectoryThatNoRunHasMadeStays() throws IOException {
    Path run = directory.resolve("run");
    Path beside = Files.createDirectory(directory.resolve("run.training"));
    TrainingDirectory.open(run, run(false), false).close();
    assertThat(beside).isEmptyDirectory();
    begin("run", description(false));
    try (TrainingDirectory d = TrainingDirectory.open(run, run(false), true)) {
      d.delete();
    }
    assertThat(beside).isEmptyDirectory();
  }

  @Test
  void whatIsPutBesideARunsFilesStays() throws IOException {
    Path run = directory.resolve("run");
    Path notes;
    try (TrainingDirectory d = TrainingDirectory.open(run, run(false), false)) {
      d.save(3, values(1));
      notes = Files.writeString(TrainingDirectory.beside(run).resolve("notes.txt"), "mine");
      d.delete();
    }
    assertThat(notes).hasContent("mine");
    assertThat(entries(notes.getParent())).containsExactly("notes.txt");
  }

  @Test
  void linksAreNotFollowed() throws IOException {
    Path run = directory.resolve("run");
    Path victim = Files.writeString(directory.resolve("victim.txt"), "precious");
    Path beside = TrainingDirectory.beside(run);
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Files.createSymbolicLink(beside, elsewhere);
    assertThatThrownBy(() -> TrainingDirectory.open(run, run(false), false))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll("is a link", "remove it");
    Files.delete(beside);
    TrainingDirectory.open(run, run(false), false).close();
    begin("run", description(false));
    Files.delete(beside.resolve("metrics.jsonl"));
    Files.createSymbolicLink(beside.resolve("metrics.jsonl"), victim);
    assertThatThrownBy(() -> TrainingDirectory.open(run, run(false), true))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("is a link");
    assertThat(victim).hasContent("precious");
    assertThat(entries(elsewhere)).isEmpty();
  }

  @Test
  void anInterruptedRunOfAnOlderVersionIsToldFromOthers() throws IOException {
    Path run = directory.resolve("run");
    begin("run", description(false));
    Files.delete(TrainingDirectory.beside(run).resolve("ligo-run.json"));
    assertThatThrownBy(() -> TrainingDirectory.open(run, run(false), true))
        .hasMessageContaining("an interrupted run of an older version");
  }

  /** Whatever has the name of the destination need not be what the run writes. */
  @Test
  void onlyTheRecordOfARunSaysThatItIsDone() throws IOException {
    for (String kind : List.of("seed", "candidate", "operator")) {
      Path run = directory.resolve("run-" + kind);
      JsonObject what = description(false);
      what.addProperty(kind, "1");
      what.addProperty("data", "abc");
      begin("run-" + kind, what);
      for (String name : List.of("", "training.json", "growth.json")) {
        String right =
            switch (kind) {
              case "candidate" -> "";
              case "operator" -> "growth.json";
              default -> "training.json";
            };
        assertOnlyTheRecordCounts(run, name, name.equals(right));
      }
      TrainingDirectory.removeLeft(TrainingDirectory.beside(run));
      assertThat(TrainingDirectory.beside(run)).as("the model is not there").exists();
    }
  }

  private static void assertOnlyTheRecordCounts(Path run, String name, boolean counts)
      throws IOException {
    Path beside = TrainingDirectory.beside(run);
    assertThat(TrainingDirectory.isLeft(beside)).as("nothing is there").isFalse();
    if (!name.isEmpty()) {
      Files.createDirectory(run);
      Files.writeString(run.resolve("config.json"), "{}");
    }
    Path file = run.resolve(name);
    for (String other :
        List.of("", "mine", "{}", "{\"x\":1}", "{\"seed\":2}", "{\"seed\":1,\"data\":\"abd\"}")) {
      Files.writeString(file, other);
      assertThat(TrainingDirectory.isLeft(beside)).as("%s: %s", file, other).isFalse();
    }
    Files.writeString(file, "{\"seed\":1,\"data\":{\"names\":[],\"sha256\":\"abc\"}}");
    assertThat(TrainingDirectory.isLeft(beside)).as("%s", file).isEqualTo(counts);
    Abandoned.delete(run);
  }

  @Test
  void aMarkerThatNoRunHasWrittenMarksNothing() throws IOException {
    Path run = directory.resolve("run");
    Path beside = Files.createDirectory(TrainingDirectory.beside(run));
    Files.writeString(beside.resolve("ligo-run.json"), "mine");
    assertThatThrownBy(() -> TrainingDirectory.open(run, run(false), true))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll("ligo-run.json", "is not what a run writes", "move");
    assertThat(TrainingDirectory.isLeft(beside)).isFalse();
    assertThat(entries(beside)).containsExactly("ligo-run.json");
  }

  @Test
  void metricsThatCannotBeReadDoNotStopARun() throws IOException {
    Path run = directory.resolve("run");
    try (TrainingDirectory d = TrainingDirectory.open(run, run(false), false)) {
      d.metrics(line(1));
      d.metrics(line(2));
      d.save(2, values(1));
    }
    Path metrics = TrainingDirectory.beside(run).resolve("metrics.jsonl");
    Files.write(metrics, new byte[] {'{', '\n', 0, (byte) 0xff, '\n', '{', '"'}, APPEND);
    Files.writeString(metrics, "\n{\"step\": \"x\"}\n{\"step\": 1", APPEND);
    try (TrainingDirectory d = TrainingDirectory.open(run, run(false), true)) {
      assertThat(d.saved().orElseThrow().metrics()).containsExactly(line(1), line(2));
    }
  }

  private static JsonObject line(int step) {
    JsonObject o = new JsonObject();
    o.addProperty("step", step);
    o.addProperty("seconds", 0.5 * step);
    return o;
  }

  @Test
  void whatMayChangeIsAllowedByNameAndRecorded() {
    Path at = directory.resolve("run");
    try (TrainingDirectory d = TrainingDirectory.open(at, run("backend", "A 1"), false)) {
      d.save(3, values(1));
    }
    assertThatThrownBy(() -> TrainingDirectory.open(at, run("backend", "B 2"), true))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("another backend (A 1, now B 2)")
        .extracting(e -> ((ChangedRunException) e).isAllowable())
        .isEqualTo(true);
    try (TrainingDirectory d = TrainingDirectory.open(at, run("backend", "B 2", "backend"), true)) {
      d.save(5, values(2));
    }
    try (TrainingDirectory d = TrainingDirectory.open(at, run("backend", "B 2"), true)) {
      assertThat(d.changes())
          .singleElement()
          .hasToString(
              "{\"after_step\":3,\"changed\":\"backend\",\"from\":\"A 1\",\"to\":\"B 2\"}");
    }
    assertThatThrownBy(() -> run("tokenizer", "t", "tokenizer"))
        .hasMessageContainingAll("'tokenizer'", "backend, data, dtype, held-out-data");
  }

  /** Whatever a killed process has left half-written is removed by the next one. */
  @Test
  void partsOfAKilledProcessAreRemoved() throws IOException {
    Path run = directory.resolve("run");
    begin("run", description(false));
    Path beside = TrainingDirectory.beside(run);
    Path part = beside.resolve(".state-0000000007.safetensors.partial-" + UUID.randomUUID());
    Files.writeString(part, "half");
    TrainingDirectory.open(run, run(false), true).close();
    assertThat(part).doesNotExist();
  }

  @Test
  void aDirectoryThatIsGoneDoesNotEndARun() throws IOException {
    Path run = directory.resolve("run");
    try (TrainingDirectory d = TrainingDirectory.open(run, run(false), false)) {
      try (Stream<Path> files = Files.walk(TrainingDirectory.beside(run))) {
        for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(p);
        }
      }
      d.metrics(line(1));
      d.save(1, values(1));
      assertThat(d.withMetrics(Map.of())).isEmpty();
      d.delete();
    }
    assertThat(directory).isEmptyDirectory();
  }

  private static List<String> entries(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  /** Two runs that write the same metrics would spoil both. */
  @Test
  void oneRunAtATimeHasADestination() throws IOException {
    Path run = directory.resolve("run");
    JsonObject line = line(1);
    try (TrainingDirectory d = TrainingDirectory.open(run, run(false), false)) {
      d.metrics(line);
      for (boolean resume : new boolean[] {false, true}) {
        assertThatThrownBy(() -> TrainingDirectory.open(run, run(false), resume))
            .isInstanceOf(TrainingException.class)
            .hasMessageContainingAll("another process is training to " + run, "wait for it");
      }
      d.save(1, Map.of("variable/w", HostArray.of(Shape.of(2), 1f, 2f)));
    }
    try (TrainingDirectory d = TrainingDirectory.open(run, run(false), true)) {
      assertThat(d.saved().orElseThrow().metrics()).containsExactly(line);
      assertHeldInAnotherProcess(run);
    }
  }

  /** Also of a run that goes on, which has read what it wrote before. */
  private static void assertHeldInAnotherProcess(Path run) throws IOException {
    Path lock = TrainingDirectory.beside(run).resolve(".lock");
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
    assertThatThrownBy(() -> TrainingDirectory.open(directory.resolve("with"), run(false), true))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("was of another strategies ([LayerDropping[rate=0.1]], now none)");
    assertThatThrownBy(() -> TrainingDirectory.open(directory.resolve("without"), run(true), true))
        .hasMessageContaining("was of another strategies (none, now [LayerDropping[rate=0.1]])");
  }

  /** Whatever stood there would be taken for what others have put into the run's directory. */
  @ParameterizedTest
  @ValueSource(strings = {"run.training", "run.training/plan", "run.training/a/b"})
  void nothingElseIsWrittenWhereARunKeepsItsStates(String place) {
    Path inside = directory.resolve(place);
    assertThatThrownBy(() -> Destination.requireFree(inside, false))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith(inside + " would be in run.training")
        .hasMessageEndingWith("name another place.");
    assertThatThrownBy(() -> Comparison.requireUsable(inside, false))
        .isInstanceOf(TrainingException.class);
    Destination.requireFree(directory.resolve("run-training"), false);
  }
}
