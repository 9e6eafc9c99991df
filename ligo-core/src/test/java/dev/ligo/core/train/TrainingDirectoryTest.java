package dev.ligo.core.train;

import static java.nio.file.StandardOpenOption.APPEND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.Destination;
import dev.ligo.core.comparison.Comparison;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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

  /** A changed bit anywhere, a block of zeros or a missing end: the state before is used. */
  @ParameterizedTest
  @ValueSource(strings = {"bit", "zeros", "cut", "step", "empty"})
  void aDamagedStateIsNamedAndTheOneBeforeIsUsed(String damage) throws IOException {
    Path run = directory.resolve("run");
    try (TrainingDirectory d = TrainingDirectory.open(run, run(false), false)) {
      for (int step = 1; step <= 4; step++) {
        d.save(step, values(step));
      }
    }
    Path beside = TrainingDirectory.beside(run);
    assertThat(entries(beside))
        .contains("state-0000000003.safetensors", "state-0000000004.safetensors")
        .doesNotContain("state-0000000002.safetensors");
    Path newest = beside.resolve("state-0000000004.safetensors");
    Files.write(newest, damaged(Files.readAllBytes(newest), damage));
    assertThat(TrainingDirectory.savedStep(run)).hasValue(3);
    try (TrainingDirectory d = TrainingDirectory.open(run, run(false), true)) {
      TrainingDirectory.Saved saved = d.saved().orElseThrow();
      assertThat(saved.step()).isEqualTo(3);
      assertThat(saved.values().get("variable/w").get(0)).isEqualTo(3);
    }
    Path before = beside.resolve("state-0000000003.safetensors");
    Files.write(before, damaged(Files.readAllBytes(before), damage));
    assertThatThrownBy(() -> TrainingDirectory.open(run, run(false), true))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll("state-0000000004.safetensors", "is damaged", "No earlier state");
  }

  /** A damaged state takes no place of a whole one, and is made again when its step is reached. */
  @ParameterizedTest
  @ValueSource(strings = {"bit", "cut", "empty"})
  void aDamagedStateIsReplacedWhenItsStepIsReached(String damage) throws IOException {
    Path run = directory.resolve("run");
    try (TrainingDirectory d = TrainingDirectory.open(run, run(false), false)) {
      d.save(3, values(3));
      d.save(6, values(6));
    }
    Path newest = TrainingDirectory.beside(run).resolve("state-0000000006.safetensors");
    Files.write(newest, damaged(Files.readAllBytes(newest), damage));
    try (TrainingDirectory d = TrainingDirectory.open(run, run(false), true)) {
      d.save(5, values(5));
      assertThat(states(run)).containsExactly("3", "5", "6");
      d.save(6, values(6));
      assertThat(states(run)).containsExactly("5", "6");
    }
    assertThat(TrainingDirectory.savedStep(run)).hasValue(6);
    Files.write(newest, damaged(Files.readAllBytes(newest), damage));
    assertThat(TrainingDirectory.savedStep(run)).hasValue(5);
    try (TrainingDirectory d = TrainingDirectory.open(run, run(false), true)) {
      d.save(7, values(7));
    }
    assertThat(states(run)).containsExactly("5", "7");
  }

  /** The step is in the checksum, and in the name only for the order. */
  @Test
  void aStateUnderTheNameOfAnotherStepIsDamaged() throws IOException {
    Path run = directory.resolve("run");
    try (TrainingDirectory d = TrainingDirectory.open(run, run(false), false)) {
      d.save(3, values(3));
      d.save(6, values(6));
    }
    Path beside = TrainingDirectory.beside(run);
    Files.copy(
        beside.resolve("state-0000000003.safetensors"),
        beside.resolve("state-0000000029.safetensors"));
    assertThat(TrainingDirectory.savedStep(run)).hasValue(6);
    Files.delete(beside.resolve("state-0000000003.safetensors"));
    Files.delete(beside.resolve("state-0000000006.safetensors"));
    assertThatThrownBy(() -> TrainingDirectory.open(run, run(false), true))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll("state-0000000029", "is damaged: it holds the state after step 3");
  }

  private static List<String> states(Path run) throws IOException {
    return entries(TrainingDirectory.beside(run)).stream()
        .filter(name -> name.startsWith("state-"))
        .map(name -> name.replaceAll("state-0*(\\d+)\\..*", "$1"))
        .toList();
  }

  /** Whatever has the name of the destination need not be what the run writes. */
  @Test
  void onlyTheRecordOfARunSaysThatItIsDone() throws IOException {
    Path run = directory.resolve("run");
    begin("run", description(false));
    Path beside = TrainingDirectory.beside(run);
    assertThat(TrainingDirectory.isLeft(beside)).as("nothing is there").isFalse();
    for (String content : List.of("", "mine", "{}", "{\"other\":1}", "{\"seed\":2}")) {
      Files.writeString(run, content);
      assertThat(TrainingDirectory.isLeft(beside)).as("a file: %s", content).isFalse();
    }
    Files.writeString(run, "{\"seed\":1}");
    assertThat(TrainingDirectory.isLeft(beside)).as("as a comparison writes it").isTrue();
    Files.delete(run);
    Files.createDirectory(run);
    Files.writeString(run.resolve("config.json"), "");
    assertThat(TrainingDirectory.isLeft(beside)).as("a model, or half of it").isFalse();
    Files.writeString(run.resolve("growth.json"), "{\"seed\":7}");
    assertThat(TrainingDirectory.isLeft(beside)).as("another model").isFalse();
    Files.writeString(run.resolve("training.json"), "{\"seed\":1,\"data\":{}}");
    assertThat(TrainingDirectory.isLeft(beside)).as("the run's model").isTrue();
    TrainingDirectory.removeLeft(beside);
    assertThat(beside).doesNotExist();
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

  private static byte[] damaged(byte[] state, String how) {
    byte[] copy = state.clone();
    switch (how) {
      case "bit" -> copy[copy.length - 3] ^= 1;
      case "zeros" -> Arrays.fill(copy, copy.length - 8, copy.length, (byte) 0);
      case "cut" -> copy = Arrays.copyOf(copy, copy.length - 1);
      case "empty" -> copy = new byte[0];
      default -> {
        String text = new String(copy, StandardCharsets.ISO_8859_1);
        String other = text.replaceFirst("(\"ligo.step\":\")\\d", "$19");
        assertThat(other).isNotEqualTo(text);
        copy = other.getBytes(StandardCharsets.ISO_8859_1);
      }
    }
    return copy;
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
