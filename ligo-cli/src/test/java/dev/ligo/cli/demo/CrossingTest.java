package dev.ligo.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.core.comparison.Curve;
import dev.ligo.core.comparison.Curve.Point;
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
  void isTheFirstOfTwoEvaluationsInARowThatAreThere() {
    Crossing crossing = Crossing.of(curve(7, 4, 3), BASELINE).orElseThrow();
    assertThat(crossing).isEqualTo(new Crossing(5, 100, 200));
    assertThat(crossing.share()).isEqualTo(0.5);
    assertThat(crossing.saved()).isEqualTo(0.5);
    assertThat(Crossing.of(curve(7, 5, 6, 4, 4), BASELINE).orElseThrow().flops()).isEqualTo(300);
  }

  @Test
  void isTheStartOfACurveThatBeginsBelow() {
    Curve begun = new Curve("grown", List.of(new Point(0, 30, 1, 4.9), new Point(1, 200, 2, 4)));
    assertThat(Crossing.of(begun, BASELINE).orElseThrow().flops()).isEqualTo(30);
  }

  @Test
  void isAbsentWhereTheLossIsNotReached() {
    assertThat(Crossing.of(curve(7, 6, 5.1), BASELINE)).isEmpty();
    assertThat(Crossing.of(curve(7, 6, 4), BASELINE)).isEmpty();
  }
}
