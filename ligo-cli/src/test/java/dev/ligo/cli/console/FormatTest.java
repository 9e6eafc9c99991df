package dev.ligo.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FormatTest {
  @Test
  void quantitiesHaveThreeDigits() {
    assertThat(Format.quantity(612, "B")).isEqualTo("612 B");
    assertThat(Format.quantity(1234, "B")).isEqualTo("1.23 kB");
    assertThat(Format.quantity(45_441_937, "B")).isEqualTo("45.4 MB");
    assertThat(Format.quantity(999_600, "FLOP")).isEqualTo("1.00 MFLOP");
    assertThat(Format.quantity(159_000_000_000L, "FLOP")).isEqualTo("159 GFLOP");
    assertThat(Format.quantity(23_300_000, 507_000, "FLOP")).isEqualTo("23.3 ± 0.5 MFLOP");
    assertThat(Format.quantity(999_600, 40_000, "FLOP")).isEqualTo("1.00 ± 0.04 MFLOP");
    assertThat(Format.quantity(12, 3, "FLOP")).isEqualTo("12 ± 3 FLOP");
  }

  @Test
  void timesGrowWithTheirUnits() {
    assertThat(Format.seconds(1.94)).isEqualTo("1.9 s");
    assertThat(Format.seconds(31.4)).isEqualTo("31 s");
    assertThat(Format.seconds(59.6)).isEqualTo("1 min 0 s");
    assertThat(Format.seconds(192)).isEqualTo("3 min 12 s");
    assertThat(Format.seconds(7500)).isEqualTo("2 h 5 min");
  }

  @Test
  void tablesAlignTheirColumns() {
    Table table =
        new Table(Table.Align.LEFT, Table.Align.RIGHT).row("a", "10").row("long", "9").row("b");
    assertThat(table.toString().lines()).containsExactly("  a     10", "  long   9", "  b");
  }

  @Test
  void aRoughNumberHasTwoDigitsAndWords() {
    assertThat(Format.rough(0.01345)).isEqualTo("0.013");
    assertThat(Format.rough(9.54)).isEqualTo("9.5");
    assertThat(Format.rough(48_123)).isEqualTo("48,000");
    assertThat(Format.rough(999_600)).isEqualTo("1 million");
    assertThat(Format.rough(3_072_000)).isEqualTo("3.1 million");
    assertThat(Format.rough(692e9)).isEqualTo("690 billion");
    assertThat(Format.rough(7.15e13)).isEqualTo("72 trillion");
    assertThat(Format.rough(1e15)).isEqualTo("1,000 trillion");
    assertThat(Format.rough(1e30)).isEqualTo("1e18 trillion");
  }
}
