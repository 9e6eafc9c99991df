package dev.ligo.core.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.ligo.api.HostArray;
import dev.ligo.api.LigoException;
import dev.ligo.api.Shape;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.SeededRandom;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingTest {
  private static final double[] LOGITS = {1, 3, -2, 2.5, 0, 3 - 1e-3};
  private static final HostArray ROW = HostArray.of(Shape.of(1, LOGITS.length), LOGITS);
  private static final int DRAWS = 200_000;

  /** Five standard deviations of a share of so many draws, at most. */
  private static final double SHARE = 5 * 0.5 / Math.sqrt(DRAWS);

  private static SeededRandom random(long seed) {
    return new SeededRandom(seed, "test");
  }

  /** Returns how large a share of draws each token has. */
  private static double[] shares(Sampling sampling) {
    SeededRandom random = random(7);
    double[] shares = new double[LOGITS.length];
    for (int i = 0; i < DRAWS; i++) {
      shares[sampling.choose(ROW, random)] += 1.0 / DRAWS;
    }
    return shares;
  }

  /** Returns the softmax of some logits divided by a temperature, 0 for the others. */
  private static double[] softmax(double temperature, int... kept) {
    double sum = Arrays.stream(kept).mapToDouble(i -> Math.exp(LOGITS[i] / temperature)).sum();
    double[] p = new double[LOGITS.length];
    Arrays.stream(kept).forEach(i -> p[i] = Math.exp(LOGITS[i] / temperature) / sum);
    return p;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1, 2})
  void drawsByTheSoftmaxAtATemperature(double temperature) {
    assertThat(shares(new Sampling(1, temperature, 0, 0)))
        .containsExactly(softmax(temperature, 0, 1, 2, 3, 4, 5), within(SHARE));
  }

  @Test
  void drawsFromTheLargestAlone() {
    double[] shares = shares(new Sampling(1, 2, 3, 0));
    assertThat(shares).containsExactly(softmax(2, 1, 3, 5), within(SHARE));
    assertThat(shares[0] + shares[2] + shares[4]).isZero();
    assertThat(shares(new Sampling(1, 2, 99, 0)))
        .containsExactly(softmax(2, 0, 1, 2, 3, 4, 5), within(SHARE));
  }

  @Test
  void takesTheLikeliestAtTemperatureZero() {
    assertThat(Sampling.GREEDY.choose(ROW, random(0))).isEqualTo(1);
    assertThat(new Sampling(1, 1, 1, 0).choose(ROW, random(0))).isEqualTo(1);
    HostArray equal = HostArray.of(Shape.of(1, 3), 0f, 2f, 2f);
    assertThat(Sampling.GREEDY.choose(equal, random(0))).isEqualTo(1);
  }

  @Test
  void aSeedDrawsTheSameAgain() {
    Sampling sampling = new Sampling(1, 1, 0, 0);
    int[][] draws =
        IntStream.of(1, 1, 2)
            .mapToObj(
                seed -> {
                  SeededRandom random = random(seed);
                  return IntStream.range(0, 50).map(i -> sampling.choose(ROW, random)).toArray();
                })
            .toArray(int[][]::new);
    assertThat(draws[0]).isEqualTo(draws[1]).isNotEqualTo(draws[2]);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 'at least 1 token is to be added, found 0'",
    "1, -1, 0, 'a temperature of at least 0, found -1.0'",
    "1, NaN, 0, 'a temperature of at least 0, found NaN'",
    "1, Infinity, 0, 'a temperature of at least 0, found Infinity'",
    "1, 1, -1, 'a number of tokens to draw from, found -1'",
    "1, 0, 5, 'one of 5 tokens is to be drawn at temperature 0'"
  })
  void refusesWhatIsOutOfRange(int count, double temperature, int topK, String message) {
    assertThatThrownBy(() -> new Sampling(count, temperature, topK, 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(message);
  }

  @Test
  void probabilitiesAreThoseOfTheirRow() {
    HostArray rows = HostArray.of(Shape.of(2, 3), 5.0, 5, 5, Math.log(1), Math.log(2), Math.log(5));
    Probabilities second = Probabilities.softmax(rows, 1, 1);
    assertThat(second.best(2, id -> "c" + id))
        .extracting(Choice::id, Choice::name)
        .containsExactly(tuple(2, "c2"), tuple(1, "c1"));
    assertThat(second.of(0)).isCloseTo(0.125, within(1e-12));
    assertThat(Probabilities.logistic(rows, 1).of(2)).isCloseTo(5 / 6.0, within(1e-12));
  }

  @Test
  void largeLogitsAreNoObstacleButInfiniteOnesAre() {
    HostArray large = HostArray.of(Shape.of(1, 2), 10_000f, 9_999f);
    assertThat(Probabilities.softmax(large, 0, 1).of(1)).isCloseTo(1 / (1 + Math.E), within(1e-12));
    HostArray infinite = HostArray.of(Shape.of(1, 2), Float.POSITIVE_INFINITY, 0f);
    assertThatThrownBy(() -> Probabilities.softmax(infinite, 0, 1))
        .isInstanceOf(LigoException.class)
        .hasMessageContaining("the model gives the logit Infinity");
  }
}
