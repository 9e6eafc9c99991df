package dev.ligo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Interruption;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Wrong usage ends with exit code 2 and one line, before any file is looked at. */
class UsageTest {
  private static final String GROW = "grow --from small --out large --layers 4 --method ";

  static Stream<Arguments> wrong() {
    return Stream.of(
        Arguments.of("inspekt x", "there is no command named 'inspekt', did you mean 'inspect'?"),
        Arguments.of("help gorw", "there is no command named 'gorw', did you mean 'grow'?"),
        Arguments.of("gorw", "there is no command named 'gorw', did you mean 'grow'?"),
        Arguments.of("inspect", "missing required parameter: 'DIR'; see 'ligo inspect --help'"),
        Arguments.of("inspect a b", "unexpected argument 'b'"),
        Arguments.of("inspect a --jsn", "unknown option '--jsn', did you mean '--json'?"),
        Arguments.of(GROW + "ligo --data a --eval-dat b", "unknown option '--eval-dat'"),
        Arguments.of(
            GROW + "ligo --data a b --thread 1",
            "unknown option '--thread', did you mean '--threads'?"),
        Arguments.of(
            "pretrain --config a --data b --steps 1 --out c --clip 1 --threads 1 --clip=2",
            "option '--clip' is there twice"),
        Arguments.of("grow --from x", "missing required option: '--out=DIR'"),
        Arguments.of(
            GROW + "stak", "there is no growth method named 'stak', did you mean 'stack'?"),
        Arguments.of(
            "grow --from a --out b --methd stack",
            "unknown option '--methd', did you mean '--method'?; see 'ligo grow --help'"),
        Arguments.of("evaluate --form=a --data b", "'--form=a', did you mean '--from'?"),
        Arguments.of(GROW + "stak", "There are aki, copy, fpi, gstack, "),
        Arguments.of(GROW + "stack --backend jax", "there is no backend named 'jax'; there are"),
        Arguments.of(
            "pretrain --from z --data x --steps 1 --out y --backend plain --precision bf16",
            "backend 'plain' does not compute in bf16; it computes in float32; see"),
        Arguments.of(GROW + "stack --layers 0", "expected a whole number of at least 1, found '0'"),
        Arguments.of(
            "compare --from a --methods scratch,copy --out d --augment crop,mirror",
            "expected crop, flip, both joined by a comma, or none, found 'crop,mirror'"),
        Arguments.of(GROW + "stack --device tpu", "a device is 'cpu', 'cuda' or 'cuda:N'"),
        Arguments.of(
            GROW + "stack --ligo-form rows", "--ligo-form is of 'ligo', which is not chosen"),
        Arguments.of(GROW + "ligo --ligo-form row", "expected one of dense, rows, found 'row'"),
        Arguments.of(GROW + "ligo --ligo-start what", "there is no growth method named 'what'"),
        Arguments.of(
            GROW + "ligo --ligo-start fpi --ligo-depth-noise 0.1", "give one or the other"),
        Arguments.of(GROW + "ligo --ligo-depth-noise 1", "expected a number in [0, 1), found '1'"),
        Arguments.of(
            GROW + "ligo --ligo-start stack --net2net-noise 0",
            "--net2net-noise is of 'net2net', which is not chosen"),
        Arguments.of(
            GROW + "net2net --net2net-nois 0",
            "unknown option '--net2net-nois', did you mean '--net2net-noise'?"),
        Arguments.of(GROW + "ligo", "learns its operator on data: name some with --data"),
        Arguments.of(GROW + "ligo --operator a --operator-out b", "are mutually exclusive"),
        Arguments.of(
            "compare --from a --methods , --data b --eval-data c --steps 1 --out d",
            "expected names or numbers with commas between them for --methods, found ','"),
        Arguments.of("pretrain --data x --steps 1 --out y", "--from=DIR |"),
        Arguments.of("pretrain --data x --steps 1 --out y --tokenizer z", "--config=FILE"),
        Arguments.of(
            "pretrain --from z --data x --steps 2 --out y --warmup 3",
            "a warm-up within its steps"),
        Arguments.of(
            "pretrain --from z --data x --steps 9223372036854775807 --out y",
            "expected a whole number of at most 1000000000, found '9223372036854775807'"),
        Arguments.of(
            "finetune --from z --data x --steps 99999999999999999999 --out y",
            "expected a whole number of at most 1000000000, found '99999999999999999999'"),
        Arguments.of(
            "compare --from a --methods scratch,copy --source-steps 99999999999 --out d",
            "expected a whole number of at most 1000000000, found '99999999999'"),
        Arguments.of(
            "pretrain --from z --data x --steps 2 --out y --accumulate 4097",
            "expected a whole number of at most 4096, found '4097'"),
        Arguments.of(
            GROW + "ligo --data a --accumulate 2000000000",
            "expected a whole number of at most 4096, found '2000000000'"),
        Arguments.of(
            "plan --config a --data b --steps 1 --out d --pilot 0%",
            "expected a share above 0 and at most 100%, such as 2% or 0.02, found '0%'"),
        Arguments.of(
            "plan --config a --data b --steps 1 --out d --pilot 101%",
            "expected a share above 0 and at most 100%, such as 2% or 0.02, found '101%'"),
        Arguments.of(
            "plan --config a --data b --steps 1 --out d --pilot -1%",
            "'-1%' is neither an option nor a value that one takes"),
        Arguments.of(
            "grow --from a --out b --vocab-size 2147483647",
            "'--vocab-size': expected a whole number of at most 16777216, found '2147483647'"),
        Arguments.of(
            "grow --from a --out b --method fpi --hidden 2147483584",
            "'--hidden': expected a whole number of at most 16777216"),
        Arguments.of(
            "compare --from a --methods scratch,copy --source-layers 65537 --out d",
            "'--source-layers' (N): expected a whole number of at most 65536, found '65537'"),
        Arguments.of(
            "compare --from a --methods scratch,stack --source stack --out d",
            "expected METHOD=DIR for --source, found 'stack'"),
        Arguments.of(
            "compare --from a --methods scratch,stack --source stack= --out d",
            "expected METHOD=DIR, found nothing on one side of the '='"),
        Arguments.of(
            "compare --from a --methods scratch,stack --source =b --out d",
            "expected METHOD=DIR, found nothing on one side of the '='"),
        Arguments.of(
            "finetune --from z --data x --epochs 1e300 --out y",
            "'--epochs': expected a number above 0 and at most 1000000000, found '1e300'"),
        Arguments.of(
            "pretrain --from z --data x --epochs 1e12 --out y",
            "'--epochs': expected a number above 0 and at most 1000000000, found '1e12'"),
        Arguments.of(
            "pretrain --from z --data x --steps 2 --out y --backend plain --device cuda",
            "backend 'plain' does not compute on cuda:0; compute on cpu, or with another backend"),
        Arguments.of(
            "evaluate --from z --data x --backend plain --device cuda",
            "backend 'plain' does not compute on cuda:0"),
        Arguments.of(
            "pretrain --from z --data x --steps 2 --out y --learning-rate 0",
            "expected a number above 0, found '0'"));
  }

  @Test
  void noCommandIsWrongUsage() {
    CommandRun run = CommandRun.of();
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err().strip()).isEqualTo("ligo: missing required subcommand; see 'ligo --help'");
  }

  /** Commands of the library, which take words that they do not know. */
  private static final Set<String> PICOCLIS_OWN = Set.of("help", "generate-completion");

  @Test
  void everyMisspelledOptionIsRecognized() {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    LigoCommand.line(Console.of(nowhere, nowhere, new Interruption()))
        .getSubcommands()
        .forEach(
            (command, line) -> {
              Set<String> names = line.getCommandSpec().optionsMap().keySet();
              if (PICOCLIS_OWN.contains(command)) {
                return;
              }
              for (String name : names) {
                int last = name.length() - 1; // whose letter is there twice
                String misspelled = name + name.charAt(last);
                if (name.startsWith("--") && !names.contains(misspelled)) {
                  assertThat(CommandRun.of(command, misspelled, "x").err())
                      .contains(
                          "unknown option '" + misspelled + "', did you mean '" + name + "'?");
                }
              }
            });
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void wrongUsageIsOneLine(String arguments, String message) {
    CommandRun run = CommandRun.of((Object[]) arguments.split(" "));
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).startsWith("ligo: ").contains(message).contains("; see 'ligo");
  }
}
