package dev.ligo.core.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.core.checkpoint.JsonValue;
import dev.ligo.core.model.ModelShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Candidates that are alike but for their sources. */
class SourceCurveTest {
  private final JsonObject candidates = new JsonObject();
  private final List<ComparisonRun> runs = new ArrayList<>();

  SourceCurveTest() {
    candidates.add("scratch", new JsonObject());
    run("scratch", 0);
  }

  /** Adds a candidate that is grown by ligo in some steps from a model of three layers. */
  private void grown(String name, int steps, int hidden, double source) {
    candidates.add(
        name,
        JsonParser.parseString(
            """
            {"method": "ligo", "operator_steps": %d, "source": {"model.safetensors": "%s"},
             "source_shape": {"layers": 3, "hidden": %d}}
            """
                .formatted(steps, name, hidden)));
    run(name, source);
  }

  private void run(String name, double source) {
    runs.add(
        new ComparisonRun(
            name,
            1,
            1e-3,
            ComparisonRun.Growing.NONE,
            OptionalDouble.of(source),
            "one thread",
            OptionalLong.empty(),
            List.of(new Curve.Point(0, 0, 0, 9), new Curve.Point(1, 10, 1, 4))));
  }

  private ComparisonResults results() {
    return ComparisonResults.of(
        "bert",
        JsonValue.of(new JsonObject(), ComparisonException::new),
        candidates,
        Counting.WHOLE,
        runs);
  }

  private List<String> names() {
    return SourceCurve.of(results()).stream().map(SourceCurve::name).toList();
  }

  /** What learns in other steps is not on the curve, and does not give it its name. */
  @Test
  void isCalledByWhatItsMembersAreGrownBy() {
    grown("ligo", 20, 64, 2);
    grown("deeper", 80, 128, 3);
    grown("ligo+80steps", 80, 64, 2);
    assertThat(names()).containsExactly("ligo+80steps");
    assertThat(SourceCurve.of(results()).get(0).outcomes())
        .extracting(ComparisonResults.Outcome::name)
        .containsExactly("ligo+80steps", "deeper");
  }

  @Test
  void isCalledByWhatTheNamesOfSourcesFollow() {
    grown("ligo+80steps-300", 80, 64, 1);
    grown("ligo+80steps-600-wide", 80, 128, 2);
    assertThat(names()).containsExactly("ligo+80steps");
  }

  @Test
  void isCalledByAllLabelsWhereThereIsNothingElse() {
    grown("deeper", 80, 128, 2);
    grown("old", 80, 64, 1);
    assertThat(names()).containsExactly("old and deeper");
  }

  @Test
  void shapesAreKnownOfWhatIsGrown() {
    grown("ligo", 20, 64, 2);
    assertThat(results().sourceShape("ligo"))
        .contains(new ModelShape(OptionalInt.of(3), OptionalInt.of(64)));
    assertThat(results().sourceShape("scratch")).isEqualTo(Optional.empty());
  }
}
