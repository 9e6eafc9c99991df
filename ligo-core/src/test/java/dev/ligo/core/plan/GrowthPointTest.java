package dev.ligo.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The mathematics of plans, on curves whose optimum is known by a formula. */
class GrowthPointTest {
  private static final double CLOSE = 1e-6;

  /** Worth · scale · exponent · x^(−exponent − 1) = cost, solved for x. */
  @ParameterizedTest
  @CsvSource({"0.41, 0.041, 0.84, 0.24", "0.72, 0.041, 0.84, 0.147", "0.3, 0.1, 0.5, 0.125"})
  void aSmallModelIsTrainedUntilAStepSavesWhatItCosts(
      double worth, double scale, double exponent, double cost) {
    Unlearned unlearned = Unlearned.of(new PowerLaw(0, scale, exponent, 0), 1.3);
    GrowthPoint point = GrowthPoint.exchanged(unlearned, worth, cost);
    double best = Math.pow(worth * scale * exponent / cost, 1 / (exponent + 1));
    assertThat(point.length()).isCloseTo(best, within(CLOSE));
    assertThat(point.net())
        .isCloseTo(worth * (1 - scale * Math.pow(best, -exponent)) - cost * best, within(CLOSE));
    assertThat(point.saving() - point.net()).isCloseTo(cost * best, within(CLOSE));
  }

  @Test
  void aModelThatLearnsNothingMoreIsTrainedForTheShortestTime() {
    GrowthPoint point = GrowthPoint.exchanged(Unlearned.of(new PowerLaw(1, 0, 1, 0), 1), 0.7, 0.2);
    assertThat(point.saving()).isZero();
    assertThat(point.net()).isLessThan(0).isGreaterThan(-0.001);
  }

  @Test
  void trainingIsNoLongerThanWhatWasMeasured() {
    GrowthPoint point =
        GrowthPoint.exchanged(Unlearned.of(new PowerLaw(0, 0.5, 0.5, 0), 0.8), 0.9, 0.01);
    assertThat(point.length()).isCloseTo(0.8, within(CLOSE));
  }

  /** On a plateau nothing is gained by stopping early; without one little is lost. */
  @Test
  void aCurveThatWasMeasuredIsFollowedPointByPoint() {
    List<PowerLaw.Point> plateau =
        List.of(
            new PowerLaw.Point(1, 0.03),
            new PowerLaw.Point(0.1, 0.5),
            new PowerLaw.Point(0.5, 0.4));
    Unlearned own = Unlearned.measured(plateau);
    assertThat(own.at().apply(0.5)).isEqualTo(new Estimate(0.4, 0));
    assertThat(own.at().apply(Math.sqrt(0.05)).mean()).isCloseTo(0.45, within(CLOSE));
    assertThat(own.at().apply(2).mean()).isEqualTo(0.03);
    assertThat(own.at().apply(0.01).mean()).isEqualTo(0.5);
    assertThat(GrowthPoint.exchanged(own, 0.7, 0.15).length()).isCloseTo(1, within(CLOSE));
    List<PowerLaw.Point> steady =
        List.of(new PowerLaw.Point(0.2, 0.2), new PowerLaw.Point(0.8, 0.05));
    assertThat(GrowthPoint.exchanged(Unlearned.measured(steady), 0.4, 0.24).length())
        .isCloseTo(0.2, within(CLOSE));
    Estimate mixed = Unlearned.ofOthers(List.of(plateau, steady)).at().apply(0.5);
    double other = 0.2 - 0.15 * Math.log(2.5) / Math.log(4);
    assertThat(mixed.mean()).isCloseTo((0.4 + other) / 2, within(CLOSE));
    assertThat(mixed.deviation())
        .isCloseTo((0.4 - other) / Math.sqrt(2) * Math.sqrt(1.5), within(CLOSE));
    assertThat(Unlearned.ofOthers(List.of(steady)).at().apply(0.2))
        .isEqualTo(new Estimate(0.2, 0.2));
  }

  @Test
  void theDepthLawIsThatOfItsAuthorsTable() {
    // Billions of tokens for the models of their table: Llama 3 8B, Llama 2 7B, 13B and 70B.
    assertThat(DepthLaw.tokens(8e9, 15e12) / 1e9).isCloseTo(6.58, within(0.01));
    assertThat(DepthLaw.tokens(7e9, 2e12) / 1e9).isCloseTo(11.11, within(0.01));
    assertThat(DepthLaw.tokens(13e9, 2e12) / 1e9).isCloseTo(15.84, within(0.01));
    assertThat(DepthLaw.tokens(70e9, 2e12) / 1e9).isCloseTo(42.48, within(0.01));
    assertThat(DepthLaw.covers(1e9)).isTrue();
    assertThat(DepthLaw.covers(1.7e6)).isFalse();
  }

  @Test
  void aPilotThatFollowsALawIsCarriedOnExactly() {
    PowerLaw large = new PowerLaw(3, 0.5, 0.5, 0);
    PowerLaw small = new PowerLaw(3.4, 0.2, 0.5, 0);
    Pilot pilot = Pilot.of(9, points(large));
    assertThat(pilot.last()).isCloseTo(3.5, within(1e-5));
    assertThat(pilot.shift()).isCloseTo(0, within(1e-4));
    PowerLaw unlearned = pilot.unlearned(PowerLaw.fit(points(small)), points(small));
    assertThat(unlearned.at(0.5)).isCloseTo((small.at(0.5) - 3.5) / (9 - 3.5), within(1e-5));
  }

  @Test
  void aPilotThatGetsNowhereIsRefused() {
    PowerLaw flat = new PowerLaw(9, 0.0, 0.5, 0);
    assertThatThrownBy(() -> Pilot.of(8, points(flat)))
        .isInstanceOf(PlanException.class)
        .hasMessageContaining("should fall below");
    assertThatThrownBy(() -> Pilot.of(8, points(flat).subList(0, 3)))
        .isInstanceOf(PlanException.class)
        .hasMessageContaining("at least 4 points, found 3");
  }

  private static List<PowerLaw.Point> points(PowerLaw law) {
    return DoubleStream.iterate(0.01, x -> x <= 0.05, x -> x + 0.002)
        .mapToObj(x -> new PowerLaw.Point(x, law.at(x)))
        .toList();
  }

  @Test
  void theNextOfSeveralIsLessCertainThanTheirMean() {
    // s = 0.1 and n = 3: 0.1 · √(4/3)
    Estimate next = Estimate.ofNext(List.of(0.4, 0.5, 0.6));
    assertThat(next.mean()).isCloseTo(0.5, within(CLOSE));
    assertThat(next.deviation()).isCloseTo(0.1154700538, within(CLOSE));
    assertThatThrownBy(() -> Estimate.ofNext(List.of(1.0))).isInstanceOf(PlanException.class);
  }
}
