package dev.ligo.core.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonDirectoryTest {
  private static final int STEPS = 4;

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void name() {
    path = directory.resolve("comparison");
  }

  private static JsonObject description() {
    JsonObject o = new JsonObject();
    o.addProperty("steps", STEPS);
    o.add("n_inner", JsonNull.INSTANCE); // as in GPT-2's config
    return o;
  }

  private static JsonObject candidates(String... names) {
    JsonObject o = new JsonObject();
    for (String name : names) {
      o.add(name, new JsonObject());
    }
    return o;
  }

  private ComparisonDirectory open(boolean resume) {
    return open(candidates("scratch", "fpi"), resume);
  }

  private ComparisonDirectory open(JsonObject candidates, boolean resume) {
    return ComparisonDirectory.open(path, description(), candidates, new JsonObject(), resume);
  }

  private static ComparisonRun run(String name, long last) {
    List<Curve.Point> points =
        LongStream.rangeClosed(0, last).mapToObj(i -> new Curve.Point(i, i, i, 9 - i)).toList();
    return new ComparisonRun(
        name,
        1,
        1e-3,
        new ComparisonRun.Growing(
            5, 1, Optional.of(new ComparisonRun.Learning(9, 8, 0.1)), OptionalDouble.of(0.5)),
        OptionalDouble.of(3),
        "one thread",
        OptionalLong.empty(),
        points);
  }

  private Path keep(ComparisonRun run) {
    try (ComparisonDirectory files = open(Files.exists(path))) {
      files.done(run);
      return files.run(run.candidate(), run.seed(), run.learningRate());
    }
  }

  private void assertRefused(String... words) {
    assertThatThrownBy(() -> open(true).close())
        .isInstanceOf(ComparisonException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void keepsRunsAsTheyAre() {
    keep(run("scratch", STEPS));
    keep(run("fpi", 2));
    try (ComparisonDirectory files = open(true)) {
      assertThat(files.runs()).containsExactly(run("fpi", 2), run("scratch", STEPS));
      assertThat(files.done("fpi", 1, 1e-3)).contains(run("fpi", 2));
      assertThat(files.done("fpi", 2, 1e-3)).isEmpty();
    }
  }

  @Test
  void candidatesThatWereThereStay() {
    keep(run("scratch", STEPS));
    try (ComparisonDirectory files = open(candidates("scratch", "aki"), true)) {
      assertThat(files.candidates().keySet()).containsExactly("scratch", "fpi", "aki");
    }
  }

  @Test
  void whatIsNotAsItWasIsNamedWithoutAllThatIsAroundIt() {
    open(false).close();
    JsonObject others = candidates("scratch", "fpi");
    others.getAsJsonObject("fpi").addProperty("operator_steps", 20);
    assertThatThrownBy(() -> open(others, true).close())
        .isInstanceOf(ComparisonException.class)
        .hasMessageContaining("candidate fpi's operator_steps is not there and not 20;");
  }

  @Test
  void oneProcessWorksInIt() {
    try (ComparisonDirectory files = open(false)) {
      assertRefused("another process is working on the comparison");
      assertThat(files.runs()).isEmpty();
    }
    open(true).close();
  }

  @Test
  void aRunUnderAnothersNameIsRefused() throws IOException {
    Path fpi = keep(run("fpi", 2));
    Files.copy(fpi, fpi.resolveSibling("scratch@0.001-1.json"));
    assertRefused("scratch@0.001-1.json is damaged", "fpi@0.001-1.json", "remove it");
  }

  @Test
  void scratchThatEndsEarlyIsRefused() {
    keep(run("scratch", 3));
    assertRefused("it ends after step 3 instead of 4");
  }

  @Test
  void damagedRunsAreRefusedAndLeftAsTheyAre() throws IOException {
    Path fpi = keep(run("fpi", 2));
    for (String text :
        List.of(
            "",
            "{",
            "[]",
            "{}",
            Files.readString(fpi).replaceFirst("\"step\":\\[0,", "\"step\":["),
            Files.readString(fpi).replaceFirst("\"step\":\\[[^]]*]", "\"step\":7"))) {
      Files.writeString(fpi, text);
      assertRefused("fpi@0.001-1.json is damaged", "remove it");
      assertThat(fpi).hasContent(text);
    }
    Files.writeString(
        fpi,
        "{\"candidate\": \"fpi\", \"seed\": 1, \"learning_rate\": 0.001, \"points\": {},"
            + " \"growing\": {\"flops\": 0, \"seconds\": 0}}");
    assertRefused("no evaluation before the first step");
    Files.writeString(
        fpi,
        "{\"candidate\": \"fpi\", \"seed\": 1, \"learning_rate\": 0.001, \"points\": {},"
            + " \"machine\": null, \"growing\": {\"flops\": 0, \"seconds\": 0}}");
    assertRefused("'machine' should be a text");
  }

  @Test
  void whatSaysWhatRunsAreOfIsNeverToBeRemoved() throws IOException {
    keep(run("fpi", 2));
    Path description = path.resolve("comparison.json");
    for (String text :
        List.of("", "[]", "{}", "{\"candidates\": 3}", "{\"format\": 2, \"candidates\": {}}")) {
      Files.writeString(description, text);
      assertRefused("comparison.json is damaged", "put it back");
    }
    Files.delete(description);
    assertRefused("holds runs, but not comparison.json", "put it back");
  }

  /** Also one whose runs no reader of today would understand. */
  @Test
  void whatAnOlderVersionWroteIsLeftAsItIs() throws IOException {
    for (String name : List.of("study.json", "comparison.json")) {
      path = directory.resolve(name + "s");
      Path run = path.resolve("runs/fpi@0.001-1.json");
      Files.createDirectories(run.getParent());
      Files.writeString(run, "{\"points\": [{\"step\": 0}]}");
      Files.writeString(path.resolve(name), "{\"steps\": 4, \"candidates\": {\"fpi\": {}}}");
      assertRefused("in the format of an older version (" + name, "continue it with that version");
      assertThatThrownBy(() -> ComparisonResults.rewrite(path))
          .hasMessageContaining("older version")
          .message()
          .hasLineCount(1);
      assertThat(path).isDirectoryContaining("glob:**" + name).isDirectoryContaining("glob:**runs");
      assertThat(path.resolve("results.json")).doesNotExist();
      assertThat(run).hasContent("{\"points\": [{\"step\": 0}]}");
    }
  }

  @Test
  void whatANewerVersionWroteIsLeftAsItIs() throws IOException {
    keep(run("fpi", 2));
    Path description = path.resolve("comparison.json");
    Files.writeString(
        description, Files.readString(description).replace("\"format\": 2", "\"format\": 3"));
    assertRefused("format 3", "reads format 2", "Nothing in it was changed");
  }

  @Test
  void aDirectoryOfSomethingElseIsLeftAlone() throws IOException {
    Files.createDirectories(path);
    Files.writeString(path.resolve("thesis.txt"), "my life");
    assertRefused("is not a comparison");
    assertThat(path).isDirectoryContaining("glob:**thesis.txt");
  }

  @Test
  void growingIsDoneAgainWhereTheCheckpointIsGone() throws IOException {
    ComparisonRun.Growing took =
        new ComparisonRun.Growing(5, 1, Optional.empty(), OptionalDouble.empty());
    try (ComparisonDirectory files = open(false)) {
      files.growing("fpi", 1, took);
      assertThat(files.growing("fpi", 1)).isEmpty();
      files.growing("fpi", 1, took);
      Files.createDirectories(files.grown("fpi", 1));
      assertThat(files.growing("fpi", 1)).contains(took);
    }
  }
}
