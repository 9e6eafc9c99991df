package dev.ligo.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.cli.console.Table.Align;
import org.junit.jupiter.api.Test;

class TableTest {
  private static Table sizes() {
    return new Table(Align.LEFT, Align.RIGHT, Align.RIGHT)
        .row("", "source", "grown")
        .row("hidden_size", "576", "1152")
        .row("parameters", "134,515,008", "481,366,656");
  }

  @Test
  void columnsStandSideBySide() {
    String[] lines = {
      "                    source        grown",
      "  hidden_size          576         1152",
      "  parameters   134,515,008  481,366,656",
    };
    assertThat(sizes().toString().lines()).containsExactly(lines);
    assertThat(sizes().text(39).lines()).containsExactly(lines);
  }

  @Test
  void gapsBecomeNarrowFirst() {
    assertThat(sizes().text(37).lines())
        .containsExactly(
            "                   source       grown",
            "  hidden_size         576        1152",
            "  parameters  134,515,008 481,366,656");
  }

  @Test
  void thenTheLastTextBreaksBelowItself() {
    Table found =
        new Table(Align.LEFT, Align.LEFT, Align.LEFT)
            .row("hashes", "ok", "all of the 2 files are as they were written")
            .row("finite values", "-", "");
    assertThat(found.text(38).lines())
        .containsExactly(
            "  hashes        ok all of the 2 files",
            "                   are as they were",
            "                   written",
            "  finite values -");
    Table parameters =
        new Table(Align.LEFT, Align.LEFT, Align.RIGHT)
            .row("query.weight", "(q + k + v) × hidden", "49,152")
            .row("query.bias", "  q", "128");
    assertThat(parameters.text(33).lines())
        .containsExactly(
            "  query.weight (q + k + v) 49,152", //
            "               × hidden",
            "  query.bias     q            128");
  }

  @Test
  void atLastTheFirstColumnStandsAboveTheOthers() {
    assertThat(sizes().text(30).lines())
        .containsExactly(
            "         source        grown",
            "  hidden_size",
            "            576         1152",
            "  parameters",
            "    134,515,008  481,366,656");
    assertThat(
            new Table(Align.LEFT, Align.LEFT)
                .row("a/long/path/to/a/report.html", "savings and curves: open it")
                .text(30)
                .lines())
        .containsExactly(
            "  a/long/path/to/a/report.html", //
            "    savings and curves: open",
            "    it");
  }

  @Test
  void aColumnWithoutTextTakesNoRoom() {
    assertThat(new Table(Align.LEFT, Align.RIGHT, Align.RIGHT).row("a", "", "1").toString())
        .isEqualTo("  a  1");
  }

  @Test
  void oneColumnIsAList() {
    assertThat(new Table(Align.LEFT).row("a law that is long").text(12).lines())
        .containsExactly("  a law that", "  is long");
  }
}
