package dev.ligo.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class WrappingTest {
  private static final String SENTENCE =
      "note: the function changes: norms see units that have unequally many copies";

  @Test
  void sentencesBreakAtWords() {
    assertThat(Wrapping.of(SENTENCE, 40).lines())
        .containsExactly(
            "note: the function changes: norms see", "  units that have unequally many copies");
    assertThat(Wrapping.of(SENTENCE, 0)).isEqualTo(SENTENCE);
    assertThat(Wrapping.of(SENTENCE, 200)).isEqualTo(SENTENCE);
    String path = "/a/path/that/is/longer/than/the/terminal/is/wide";
    assertThat(Wrapping.of("see " + path + " there", 20).lines())
        .containsExactly("see", "  " + path, "  there");
  }

  @Test
  void whatIsCopiedOrStandsInColumnsStaysWhole() {
    for (String whole :
        new String[] {
          "next: ligo pretrain --from large --data PATH --steps N --out DIR",
          "there is none; fetch it by: hf download some-org/some-model",
          "  hidden_size                  576         1152         a wide table",
          "summary: out, 4,385,920 parameters, 10,000 steps, loss 9.1 -> 3.1"
        }) {
      assertThat(Wrapping.of(whole, 20)).isEqualTo(whole);
    }
  }

  @Test
  void aQuietConsolePrintsErrorsAlone() {
    StringWriter err = new StringWriter();
    Console console =
        Console.of(
            new PrintWriter(err),
            new PrintWriter(err),
            new Interruption(),
            new Console.Terminal(false, 0, 20));
    console.quietIf(() -> true);
    console.note("a note");
    try (Progress progress = console.progress()) {
      progress.show("reading", 1, 1, "");
      progress.line("a line");
    }
    assertThat(err.toString()).isEmpty();
    console.error("ligo: something is not as it should be");
    assertThat(err.toString().lines())
        .containsExactly("ligo: something is", "  not as it should", "  be");
  }
}
