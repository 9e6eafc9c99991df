package dev.ligo.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordingTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, 0",
    "3, 3",
    "2.50, 2.5",
    "0.001, 0.001",
    "0.0001, 0.0001",
    "1e-5, 1e-5",
    "-0.000015, -1.5e-5",
    "1e-12, 1e-12",
    "12000000, 12000000",
    "1e300, 1e300",
    "-2.5e16, -2.5e16",
    "NaN, NaN",
    "Infinity, Infinity"
  })
  void aNumberHasTheDigitsThatItNeeds(double value, String expected) {
    assertThat(Wording.number(value)).isEqualTo(expected);
    if (Double.isFinite(value)) {
      assertThat(Double.parseDouble(Wording.number(value))).isEqualTo(value + 0.0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "6.666666666666667E-6, 6.67e-6",
    "0.4499999, 0.45",
    "1e-05, 1e-5",
    "99.96, 100",
    "12345.678, 12346",
    "-0.06666, -0.0667",
    "0, 0",
    "NaN, NaN"
  })
  void aNumberToLookAtHasThreeDigits(double value, String expected) {
    assertThat(Wording.rounded(value)).isEqualTo(expected);
  }

  @Test
  void aTextHasItsNumbersSo() {
    assertThat(Wording.numbers("Schedule[peak=1.0E-4, floor=0.0, rate=-2.5E-7]"))
        .isEqualTo("Schedule[peak=0.0001, floor=0.0, rate=-2.5e-7]");
    assertThat(Wording.numbers("runs/2E3")).isEqualTo("runs/2E3");
  }

  @Test
  void oneThingIsNoPlural() {
    assertThat(Wording.count(1, "step")).isEqualTo("1 step");
    assertThat(Wording.count(0, "step")).isEqualTo("0 steps");
    assertThat(Wording.count(2, "step")).isEqualTo("2 steps");
  }
}
