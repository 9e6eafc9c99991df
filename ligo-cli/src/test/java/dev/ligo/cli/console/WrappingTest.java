package dev.ligo.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.cli.LigoCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
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
  void aCommandIsOneWord() {
    assertThat(Wrapping.of("there is none; fetch it by: hf download org/some-model", 20).lines())
        .containsExactly("there is none; fetch", "  it by:", "  hf download org/some-model");
    assertThat(Wrapping.of("ligo: unknown option '--too'; see 'ligo grow --help'", 30).lines())
        .containsExactly("ligo: unknown option '--too';", "  see 'ligo grow --help'");
    assertThat(Wrapping.of("lists what ligo wrote and nobody needs", 22).lines())
        .containsExactly("lists what ligo wrote", "  and nobody needs");
  }

  @Test
  void wordsBesideANameStayInTheirColumn() {
    assertThat(Wrapping.of("  stack   deepens: the whole stack again and again", 31).lines())
        .containsExactly("  stack   deepens: the whole", "          stack again and again");
    assertThat(Wrapping.of("      \u001b[33m--a-long-option\u001b[0m=N   what it is for", 25))
        .isEqualTo(
            String.format("      \u001b[33m--a-long-option\u001b[0m=N%n     what it is for"));
    assertThat(Wrapping.of("      --a-long-option=N What it is for", 26))
        .isEqualTo(String.format("      --a-long-option=N%n     What it is for"));
    assertThat(Wrapping.of("      --out=deep --layers 12 --seed 1", 20))
        .as("an example")
        .isEqualTo("      --out=deep --layers 12 --seed 1");
    String below = " ".repeat(30) + "words that go on below the others";
    assertThat(Wrapping.of(below, 25).lines())
        .containsExactly("     words that go on", "     below the others");
  }

  /** picocli colors the place of a short option that is not there. */
  @Test
  void coloredSpacesAreSpaces() {
    String option = "\u001b[33m--from\u001b[39m\u001b[0m=\u001b[3mDIR\u001b[23m\u001b[0m";
    String place = "  \u001b[33m  \u001b[39m\u001b[0m  ";
    String below = String.format("      %s%n     The checkpoint to be%n     measured", option);
    for (String gap : List.of(" ", "          ")) {
      assertThat(Wrapping.of(place + option + gap + "The checkpoint to be measured", 25))
          .isEqualTo(below);
    }
  }

  @Test
  void aUsageBreaksBetweenItsOptions() {
    String usage = "Usage: ligo grow --from DIR [--method NAME] [OPTION...]";
    assertThat(Wrapping.of(usage, 30).lines())
        .containsExactly(
            "Usage: ligo grow --from DIR", "         [--method NAME]", "         [OPTION...]");
    assertThat(Wrapping.of("       ligo grow --recipe FILE [OPTION...]", 30).lines())
        .containsExactly("       ligo grow --recipe FILE", "         [OPTION...]");
    assertThat(Wrapping.of("  ligo grow --recipe FILE --out example", 30)).hasLineCount(1);
  }

  @Test
  void aHelpIsAsWideAsANarrowTerminal() {
    for (int columns : new int[] {30, 40, 60, 79}) {
      StringWriter out = new StringWriter();
      Console console =
          Console.of(
              new PrintWriter(out),
              new PrintWriter(out),
              new Interruption(),
              new Console.Terminal(false, columns, columns));
      for (String command : List.of("grow", "compare", "clean")) {
        LigoCommand.line(console).execute("help", command);
      }
      LigoCommand.line(console).execute("help");
      assertThat(out.toString().lines().filter(l -> l.matches(" {6,}.* (the|of|what) .*")))
          .isNotEmpty()
          .allMatch(line -> line.length() <= columns);
    }
  }

  @Test
  void whatIsCopiedOrStandsInColumnsStaysWhole() {
    for (String whole :
        new String[] {
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
