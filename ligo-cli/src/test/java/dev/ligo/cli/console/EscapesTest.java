package dev.ligo.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.cli.CommandRun;
import org.junit.jupiter.api.Test;

/** Names and messages from files reach a terminal as text. */
class EscapesTest {
  @Test
  void controlCharactersAreShown() {
    assertThat(Escapes.of("a\u001b[2J\u009b1m\u0007\u202eb"))
        .isEqualTo("a\\u001b[2J\\u009b1m\\u0007\\u202eb");
    assertThat(Escapes.of("1\t2\n→ × ü 😀")).isEqualTo("1\t2\n→ × ü 😀");
  }

  @Test
  void theNameInAMessageIsShown() {
    CommandRun run = CommandRun.of("inspect", "model\u001b[31m");
    assertThat(run.err()).contains("model\\u001b[31m").doesNotContain("\u001b");
  }

  @Test
  void aMessageIsAsLongAsAScreen() {
    CommandRun run = CommandRun.of("inspect", "x".repeat(100_000));
    assertThat(run.err().length()).isLessThan(5_000);
  }
}
