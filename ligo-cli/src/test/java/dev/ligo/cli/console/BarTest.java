package dev.ligo.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BarTest {
  private static String bar(int columns) {
    return Bar.line(
        "training", 4217, 10_000, "2 h 5 min left", "loss 3.142, 5,120 tokens/s", columns);
  }

  @ParameterizedTest
  @ValueSource(ints = {20, 28, 40, 60, 80, 120, 200})
  void percentAndTimeLeftAreAlwaysThereAndTheLineFits(int columns) {
    assertThat(bar(columns)).contains("42% ", "2 h 5 min left").hasSizeLessThanOrEqualTo(columns);
  }

  @Test
  void whatFitsIsShown() {
    assertThat(bar(28)).isEqualTo("training 42% 2 h 5 min left");
    assertThat(bar(40)).isEqualTo("training 42% 2 h 5 min left 4,217/10,000");
    assertThat(bar(80))
        .isEqualTo(
            "training 42% [====     ] 2 h 5 min left 4,217/10,000, loss 3.142, 5,120 tokens/s");
    assertThat(bar(120)).matches("training 42% \\[=+ +] 2 h 5 min left 4,217/10,000, loss .*/s");
    assertThat(Bar.line("reading", 2, 2, "0.0 s", "", 40))
        .isEqualTo("reading 100% [" + "=".repeat(15) + "] 0.0 s 2/2");
  }
}
