package dev.ligo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ligo.core.experiment.Curve;
import dev.ligo.core.experiment.Curve.Point;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CrossingTest {
  private static final Curve BASELINE = curve(8, 6, 5);

  /** Returns a curve with a point every 100 operations. */
  private static Curve curve(double... losses) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < losses.length; i++) {
      points.add(new Point(i, 100.0 * i, i, losses[i]));
    }
    return new Curve("curve", points);
  }

  @Test
  void liesOnTheLineBetweenTwoEvaluations() {
    Crossing crossing = Crossing.of(curve(7, 5.5, 3.5), BASELINE).orElseThrow();
    assertThat(crossing.loss()).isEqualTo(5);
    assertThat(crossing.flops()).isCloseTo(125, within(1e-9));
    assertThat(crossing.share()).isCloseTo(0.625, within(1e-9));
    assertThat(crossing.saved()).isCloseTo(0.375, within(1e-9));
  }

  @Test
  void isTheFirstOfSeveral() {
    assertThat(Crossing.of(curve(7, 5, 6, 4), BASELINE).orElseThrow().flops()).isEqualTo(100);
  }

  @Test
  void isTheStartOfACurveThatBeginsBelow() {
    Curve begun = new Curve("grown", List.of(new Point(0, 30, 1, 4.9), new Point(1, 200, 2, 4)));
    assertThat(Crossing.of(begun, BASELINE).orElseThrow().flops()).isEqualTo(30);
  }

  @Test
  void isAbsentWhereTheLossIsNotReached() {
    assertThat(Crossing.of(curve(7, 6, 5.1), BASELINE)).isEmpty();
  }
}
