package dev.ligo.core.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import dev.ligo.core.checkpoint.JsonValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Figures by hand: a step takes 10 operations and 2 seconds, and is evaluated. */
class ComparisonResultsTest {
  private static final Offset<Double> ROUNDING = within(1e-12);

  private static ComparisonRun run(
      String name, long seed, double flops, OptionalDouble source, double... losses) {
    List<Curve.Point> points = new ArrayList<>();
    for (int i = 0; i < losses.length; i++) {
      points.add(new Curve.Point(i, flops + 10 * i, 2.0 * i + flops / 10, losses[i]));
    }
    return new ComparisonRun(
        name,
        seed,
        1e-3,
        new ComparisonRun.Growing(flops, flops / 10, Optional.empty(), OptionalDouble.empty()),
        source,
        "one thread",
        OptionalLong.empty(),
        points);
  }

  private static ComparisonRun scratch(long seed, double... losses) {
    return run("scratch", seed, 0, OptionalDouble.of(0), losses);
  }

  private static ComparisonResults results(ComparisonRun... runs) {
    return results(Counting.WHOLE, runs);
  }

  private static ComparisonResults results(Counting counting, ComparisonRun... runs) {
    JsonObject candidates = new JsonObject();
    List.of(runs).forEach(r -> candidates.add(r.candidate(), new JsonObject()));
    return ComparisonResults.of(
        "bert",
        JsonValue.of(new JsonObject(), ComparisonException::new),
        candidates,
        counting,
        List.of(runs));
  }

  @Test
  void aTargetIsReachedAtTheFirstOfTwoConsecutiveEvaluations() {
    Curve c = scratch(1, 9, 4, 5, 4, 3, 5, 4).curve();
    assertThat(c.reaches(4)).hasValueSatisfying(p -> assertThat(p.step()).isEqualTo(3));
    assertThat(c.reaches(3)).isEmpty();
    assertThat(c.reaches(9)).hasValueSatisfying(p -> assertThat(p.step()).isZero());
  }

  /** A mean of equal figures may be another by rounding; they do not differ for that. */
  @Test
  void equalFiguresDoNotDiffer() {
    for (double v : new double[] {0.1, 1355327692800.0 / 46883930112000.0, 1.7e-6}) {
      assertThat(new Spread(Collections.nCopies(3, OptionalDouble.of(v))).deviation()).hasValue(0);
    }
  }

  @Test
  void savesWhatScratchSpendsBeyondGrowingAndTraining() {
    ComparisonRun scratch = scratch(1, 9, 8, 7, 6, 5, 4);
    ComparisonRun grown = run("ligo", 1, 5, OptionalDouble.of(20), 6, 5, 4, 3);
    ComparisonResults.Outcome o = results(scratch, grown).outcomes().get(1);
    // Reached at step 2: 5 + 20 of 50 operations, 0.5 + 4 of 10 seconds.
    assertThat(o.steps().mean()).hasValue(2);
    assertThat(o.saving().mean().orElseThrow()).isCloseTo(0.5, ROUNDING);
    assertThat(o.netSaving().mean().orElseThrow()).isCloseTo(0.1, ROUNDING);
    assertThat(o.wallSaving().mean().orElseThrow()).isCloseTo(0.55, ROUNDING);
    assertThat(o.source().mean().orElseThrow()).isCloseTo(0.4, ROUNDING);
    assertThat(o.growing().mean().orElseThrow()).isCloseTo(0.1, ROUNDING);
    assertThat(o.flops().mean()).hasValue(25);
    assertThat(o.totalFlops().mean()).hasValue(45);
    assertThat(o.firstLoss().mean()).hasValue(6);
  }

  @Test
  void nothingIsAShareOfNothing() {
    ComparisonRun rising = scratch(1, 7, 8, 9);
    ComparisonResults results = results(rising, run("ligo", 1, 5, OptionalDouble.of(20), 6, 5));
    ComparisonResults.Outcome o = results.outcomes().get(1);
    assertThat(o.steps().mean()).hasValue(0);
    for (Spread none :
        List.of(o.saving(), o.netSaving(), o.wallSaving(), o.source(), o.growing())) {
      assertThat(none.mean()).isEmpty();
    }
    assertThat(results.json().toString()).doesNotContain("NaN", "Infinity");
  }

  @Test
  void sourcesAreChargedTheShareThatIsAskedFor() {
    ComparisonRun scratch = scratch(1, 9, 8, 7, 6, 5, 4);
    ComparisonRun known = run("ligo", 1, 5, OptionalDouble.of(20), 6, 5, 4, 3);
    ComparisonRun unknown = run("fpi", 1, 5, OptionalDouble.empty(), 6, 5, 4, 3);
    List<ComparisonResults.Outcome> half =
        results(new Counting(3, 0.5), scratch, known, unknown).outcomes();
    assertThat(half.get(1).netSaving().mean().orElseThrow()).isCloseTo(0.3, ROUNDING);
    assertThat(half.get(1).totalFlops().mean()).hasValue(35);
    assertThat(half.get(2).netSaving().mean()).isEmpty();
    List<ComparisonResults.Outcome> there =
        results(new Counting(3, 0), scratch, known, unknown).outcomes();
    for (ComparisonResults.Outcome o : there.subList(1, 3)) {
      assertThat(o.netSaving()).isEqualTo(o.saving());
      assertThat(o.saving().mean().orElseThrow()).isCloseTo(0.5, ROUNDING);
    }
    assertThatThrownBy(() -> new Counting(3, 1.5)).hasMessageContaining("from 0 to 1");
    assertThatThrownBy(() -> new Counting(4, 1)).hasMessageContaining("2 or 3 times");
  }

  @Test
  void aWholeCurveBeginsWhereTheTrainingOfItsSourceEnds() {
    ComparisonRun grown = run("ligo", 1, 5, OptionalDouble.of(20), 6, 5);
    assertThat(grown.totalCurve().points())
        .extracting(Curve.Point::flops)
        .containsExactly(25.0, 35.0);
    assertThat(grown.counted(new Counting(2, 0.5)).totalCurve().first().flops())
        .isCloseTo((20 * 0.5 + 5) * 2 / 3, ROUNDING);
  }

  @Test
  void theOtherConventionScalesAllAlike() {
    ComparisonRun scratch = scratch(1, 9, 8, 7, 6, 5, 4);
    ComparisonRun grown = run("ligo", 1, 5, OptionalDouble.of(20), 6, 5, 4, 3);
    ComparisonResults.Outcome three = results(scratch, grown).outcomes().get(1);
    ComparisonResults.Outcome two = results(new Counting(2, 1), scratch, grown).outcomes().get(1);
    assertThat(two.flops().mean().orElseThrow())
        .isCloseTo(three.flops().mean().orElseThrow() * 2 / 3, ROUNDING);
    for (Function<ComparisonResults.Outcome, Spread> f :
        List.<Function<ComparisonResults.Outcome, Spread>>of(
            ComparisonResults.Outcome::saving,
            ComparisonResults.Outcome::netSaving,
            ComparisonResults.Outcome::wallSaving,
            ComparisonResults.Outcome::source,
            ComparisonResults.Outcome::growing)) {
      assertThat(f.apply(two).mean().orElseThrow())
          .isCloseTo(f.apply(three).mean().orElseThrow(), ROUNDING);
    }
  }

  @Test
  void scratchIsHeldToTheSameRule() {
    ComparisonRun scratch = scratch(1, 9, 4, 3.9, 4);
    ComparisonRun grown = run("fpi", 1, 0, OptionalDouble.of(0), 4, 4);
    assertThat(results(scratch, grown).outcomes().get(1).saving().mean()).hasValue(1);
    assertThat(results(scratch, grown).outcomes().get(0).steps().mean()).hasValue(1);
  }

  @Test
  void eachSeedIsHeldAgainstItsOwnScratch() {
    ComparisonResults r =
        results(
            scratch(1, 9, 8, 7, 6, 5),
            run("fpi", 1, 0, OptionalDouble.empty(), 6, 5, 5),
            scratch(2, 9, 8, 7, 6, 4),
            run("fpi", 2, 0, OptionalDouble.empty(), 6, 5, 4, 4));
    ComparisonResults.Outcome o = r.outcomes().get(1);
    assertThat(o.saving().values()).containsExactly(of(0.75), of(0.5));
    assertThat(o.saving().mean()).hasValue(0.625);
    assertThat(o.saving().deviation().orElseThrow()).isCloseTo(0.125 * Math.sqrt(2), ROUNDING);
    assertThat(o.netSaving().mean()).isEmpty();
    JsonObject fpi = r.json().getAsJsonObject("methods").getAsJsonObject("fpi");
    assertThat(fpi.getAsJsonObject("saving").get("mean").getAsDouble()).isEqualTo(62.5);
    assertThat(fpi.getAsJsonObject("saving").getAsJsonArray("values")).hasSize(2);
    assertThat(fpi.getAsJsonObject("net_saving").get("mean").isJsonNull()).isTrue();
  }

  /**
   * Growing and its source are in it: what has spent all of scratch's compute may have a step less.
   */
  @Test
  void lossesAreComparedWhereComputeIsEqual() {
    ComparisonResults r =
        results(
            scratch(1, 9, 8, 7, 6),
            run("ligo", 1, 5, OptionalDouble.of(0), 6, 5, 4, 3),
            run("copy", 1, 0, OptionalDouble.of(0), 6, 5),
            run("aki", 1, 0, OptionalDouble.of(10), 6, 5, 4, 3),
            run("fpi", 1, 0, OptionalDouble.empty(), 6, 5, 4, 3));
    assertThat(r.outcomes().get(0).equalLoss().mean()).hasValue(6);
    assertThat(r.outcomes().get(1).equalLoss().mean()).hasValue(4);
    assertThat(r.outcomes().get(2).equalLoss().mean()).isEmpty(); // it stopped before
    assertThat(r.outcomes().get(3).equalLoss().mean()).hasValue(4);
    assertThat(r.outcomes().get(4).equalLoss().mean()).isEmpty(); // nobody knows when that was
  }

  @Test
  void aMeanIsNotTakenOverThoseThatGotThereAlone() {
    ComparisonResults r =
        results(
            scratch(1, 9, 8, 7),
            run("copy", 1, 0, OptionalDouble.of(0), 9, 7, 7),
            scratch(2, 9, 8, 7),
            run("copy", 2, 0, OptionalDouble.of(0), 9, 9, 9));
    ComparisonResults.Outcome o = r.outcomes().get(1);
    assertThat(o.saving().mean()).isEmpty();
    assertThat(o.saving().values()).containsExactly(of(0.5), OptionalDouble.empty());
  }

  private static ComparisonRun at(double rate, ComparisonRun r) {
    return new ComparisonRun(
        r.candidate(),
        r.seed(),
        rate,
        r.growing(),
        r.sourceFlops(),
        r.machine(),
        r.diverged(),
        r.points());
  }

  @Test
  void aCandidateHasTheRateAtWhichItWasThereFirst() {
    ComparisonRun slow = at(1e-4, run("fpi", 1, 0, OptionalDouble.empty(), 9, 8, 7, 6, 5, 5));
    ComparisonRun fast = at(1e-2, run("fpi", 1, 0, OptionalDouble.empty(), 9, 8, 5, 5));
    ComparisonRun bad = at(1e-2, scratch(1, 9, 8, 8, 8, 7, 7));
    ComparisonResults r = results(scratch(1, 9, 8, 7, 6, 5, 5), bad, slow, fast);
    assertThat(r.runs()).extracting(ComparisonRun::learningRate).containsExactly(1e-3, 1e-2);
    assertThat(r.trials()).containsExactly(bad, slow);
    assertThat(r.bestOf("fpi", List.of(1e-4, 1e-2))).contains(fast);
    assertThat(r.bestOf("fpi", List.of(1e-4, 1e-2, 1e-3))).isEmpty();
    // One seed more at the slow rate decides: all seeds are held at one rate.
    ComparisonRun other = at(1e-4, run("fpi", 2, 0, OptionalDouble.empty(), 9, 6, 6));
    assertThat(results(scratch(1, 9, 8, 7, 6, 5, 5), scratch(2, 9, 7, 6), slow, fast, other).runs())
        .contains(slow, other)
        .doesNotContain(fast);
  }

  @Test
  void whatDivergedIsTheWorstAndNeverThere() {
    ComparisonRun done = run("fpi", 1, 0, OptionalDouble.empty(), 9, 8, 8);
    ComparisonRun diverged =
        new ComparisonRun(
            "fpi",
            1,
            1,
            done.growing(),
            done.sourceFlops(),
            done.machine(),
            OptionalLong.of(1),
            done.points().subList(0, 1));
    ComparisonResults r = results(scratch(1, 9, 7, 6), diverged, done);
    assertThat(r.runs().get(1)).isEqualTo(done);
    ComparisonResults alone = results(scratch(1, 9, 7, 6), diverged);
    assertThat(alone.outcomes().get(1).saving().isComplete()).isFalse();
  }

  @Test
  void secondsOfDifferentMachinesAreNotCompared() {
    ComparisonRun grown = run("fpi", 1, 0, OptionalDouble.of(0), 5, 5);
    ComparisonRun elsewhere =
        new ComparisonRun(
            "fpi",
            1,
            1e-3,
            grown.growing(),
            grown.sourceFlops(),
            "eight threads",
            grown.diverged(),
            grown.points());
    ComparisonResults.Outcome o = results(scratch(1, 9, 7, 6), elsewhere).outcomes().get(1);
    assertThat(o.saving().mean()).hasValue(1);
    assertThat(o.wallSaving().mean()).isEmpty();
  }

  @Test
  void oneSeedHasNoDeviation() {
    ComparisonResults r =
        results(scratch(1, 9, 7, 6), run("fpi", 1, 0, OptionalDouble.of(0), 5, 5));
    assertThat(r.outcomes().get(1).saving().deviation()).isEmpty();
    JsonObject fpi = r.json().getAsJsonObject("methods").getAsJsonObject("fpi");
    assertThat(fpi.getAsJsonObject("saving").get("std").isJsonNull()).isTrue();
  }

  private static OptionalDouble of(double v) {
    return OptionalDouble.of(v);
  }
}
