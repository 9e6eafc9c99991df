package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The references are right where a textbook or a hand's calculation says what is right. */
class OracleTest {
  private static Doubles matrix(int rows, int columns, double... values) {
    return Doubles.of(Shape.of(rows, columns), values);
  }

  private static double[] values(Doubles x) {
    return IntStream.range(0, x.size()).mapToDouble(x::flat).toArray();
  }

  @Test
  void theErrorFunctionIsThatOfTheTables() {
    assertThat(Oracle.erf(0)).isZero();
    assertThat(Oracle.erf(0.5)).isCloseTo(0.5204998778130465, within(1e-15));
    assertThat(Oracle.erf(-1)).isCloseTo(-0.8427007929497149, within(1e-15));
    assertThat(Oracle.erf(3)).isCloseTo(0.9999779095030014, within(1e-15));
    assertThat(Oracle.erf(Double.POSITIVE_INFINITY)).isEqualTo(1);
    assertThat(Oracle.erf(Double.NaN)).isNaN();
  }

  @Test
  void theGelusAreThoseOfTheirPaper() {
    assertThat(NetworkOracle.gelu(1)).isCloseTo(0.8413447460685429, within(1e-15));
    assertThat(NetworkOracle.gelu(2)).isCloseTo(1.9544997361036416, within(1e-15));
    assertThat(NetworkOracle.geluTanh(1)).isCloseTo(0.8411919906082768, within(1e-15));
    assertThat(NetworkOracle.geluTanh(2)).isCloseTo(1.9545976940877752, within(1e-15));
  }

  @Test
  void productsAndMovesAreThoseOfAHandsCalculation() {
    Doubles a = matrix(2, 2, 1, 2, 3, 4);
    Doubles b = matrix(2, 2, 5, 6, 7, 8);
    assertThat(values(Oracle.matmul(a, b))).containsExactly(19, 22, 43, 50);
    assertThat(values(Oracle.matmul(a, true, b, false))).containsExactly(26, 30, 38, 44);
    assertThat(values(Oracle.matmul(a, false, b, true))).containsExactly(17, 23, 39, 53);
    assertThat(values(Oracle.transpose(a))).containsExactly(1, 3, 2, 4);
    assertThat(values(Oracle.concat(1, List.of(a, b)))).containsExactly(1, 2, 5, 6, 3, 4, 7, 8);
    assertThat(values(Oracle.pad(a, 1, 1, 0))).containsExactly(0, 1, 2, 0, 3, 4);
    assertThat(values(Oracle.sum(a, false, 0))).containsExactly(4, 6);
    assertThat(values(Oracle.max(a, true, -1))).containsExactly(2, 4);
    Doubles indices = Doubles.of(Shape.of(2), 1, 0);
    assertThat(values(Oracle.take(a, indices, 1))).containsExactly(2, 1, 4, 3);
    assertThat(values(Oracle.gather(a, matrix(2, 1, 1, 0), 1))).containsExactly(2, 3);
  }

  @Test
  void networksAreThoseOfAHandsCalculation() {
    Doubles logits = matrix(1, 2, 0, Math.log(3));
    assertThat(values(NetworkOracle.softmax(logits)))
        .containsExactly(new double[] {0.25, 0.75}, within(1e-15));
    Doubles one = Doubles.of(Shape.of(1), 1);
    assertThat(NetworkOracle.crossEntropy(logits, one).flat(0))
        .isCloseTo(-Math.log(0.75), within(1e-15));
    Doubles norm =
        NetworkOracle.layerNorm(matrix(1, 2, 1, 3), Doubles.of(Shape.of(2), 2, 2), one, 0);
    assertThat(values(norm)).containsExactly(-1, 3);
    Doubles v = matrix(2, 1, 4, 8);
    Doubles zeros = matrix(2, 1, 0, 0);
    assertThat(values(NetworkOracle.attention(zeros, zeros, v, Optional.of(logits), 1)))
        .containsExactly(new double[] {7, 7}, within(1e-14));
  }

  @Test
  void differencesFindDerivatives() {
    Doubles x = Doubles.of(Shape.of(2), 0.3, 1.2);
    Doubles weights = Doubles.of(Shape.of(2), 2, -1);
    Doubles gradient =
        Differences.gradient(in -> Oracle.map(in.get(0), Math::sin), List.of(x), 0, weights);
    assertThat(values(gradient))
        .containsExactly(new double[] {2 * Math.cos(0.3), -Math.cos(1.2)}, within(1e-11));
  }

  @Test
  void closenessIsRelativeToTheLargestAndStrictWithWhatIsNotFinite() {
    Doubles expected = Doubles.of(Shape.of(2), 100, 1);
    Closeness.assertClose("y", HostArray.of(Shape.of(2), 100, 1.05), expected, 1e-3);
    assertThatThrownBy(
            () -> Closeness.assertClose("y", HostArray.of(Shape.of(2), 100, 1.2), expected, 1e-3))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("y at [1] is 1.2, expected 1.0");
    Doubles special = Doubles.of(Shape.of(2), Double.NaN, Double.POSITIVE_INFINITY);
    Closeness.assertClose("y", special.as(DType.FLOAT32), special, 0);
    for (double[] wrong :
        new double[][] {{0, 1 / 0.0}, {Double.NaN, 1e300}, {Double.NaN, -1 / 0.0}}) {
      assertThatThrownBy(
              () -> Closeness.assertClose("y", HostArray.of(Shape.of(2), wrong), special, 1))
          .isInstanceOf(AssertionError.class);
    }
  }
}
