package dev.ligo.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.core.comparison.Curve.Point;
import dev.ligo.core.data.ProgressListener;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LossLinesTest {
  private final List<String> printed = new ArrayList<>();
  private final LossLines lines =
      new LossLines(List.of("grown", "scratch"), ProgressListener.SILENT, printed::add);

  private void evaluated(String arm, double loss) {
    lines.evaluated(arm, new Point(0, 0, 0, loss));
  }

  @Test
  void showCurvesOnOneScale() {
    evaluated("grown", 5);
    evaluated("scratch", 8);
    lines.spent(0);
    evaluated("scratch", 7);
    lines.spent(0.25);
    evaluated("grown", 4);
    evaluated("scratch", 5.75);
    lines.spent(0.5);
    assertThat(printed)
        .containsExactly(
            "compute  o grown  x scratch   3.500                                  8.000",
            "  start    5.000      8.000  |              o                            x|",
            "   25 %               7.000  |                                 x          |",
            "   50 %    4.000      5.750  |     o                x                     |");
  }

  @Test
  void keepALossBeyondTheScaleAtItsEdge() {
    evaluated("grown", 5);
    lines.spent(0);
    evaluated("grown", 1);
    lines.spent(1);
    assertThat(printed.get(2)).startsWith("  100 %    1.000             |o ");
  }

  @Test
  void showTheFirstArmWhereTwoMeet() {
    evaluated("scratch", 6);
    evaluated("grown", 6);
    lines.spent(0);
    assertThat(printed.get(1)).endsWith("o|").doesNotContain("x");
  }

  @Test
  void areDoneWhenTheLastLossesAreKnown() {
    LossLines both =
        new LossLines(
            List.of("grown"),
            p -> printed.add(p.phase() + " " + p.step() + "/" + p.total()),
            printed::add);
    both.evaluated("grown", new Point(0, 0, 0, 5));
    both.spent(0);
    both.stepped("grown", 1, 2);
    both.stepped("grown", 2, 2);
    both.evaluated("grown", new Point(2, 0, 0, 4));
    both.spent(1);
    assertThat(printed).element(2).isEqualTo("training 1/2");
    assertThat(printed).element(4).asString().startsWith("  100 %    4.000");
    assertThat(printed).last().isEqualTo("training 2/2");
  }
}
