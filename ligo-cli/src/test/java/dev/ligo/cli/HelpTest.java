package dev.ligo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Interruption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

class HelpTest {
  private static CommandLine line() {
    return LigoCommand.line(Console.system(new Interruption()));
  }

  static Stream<String> commands() {
    return line().getSubcommands().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandShowsAnExample(String command) {
    CommandRun run = CommandRun.of("help", command);
    assertThat(run.code()).isZero();
    assertThat(run.out()).containsPattern("(?m)^ *(\\$ )?(source <\\()?ligo " + command);
    assertThat(run.out().lines()).allMatch(l -> l.length() <= 80, "fits 80 columns");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyOptionIsDescribed(String command) {
    assertThat(line().getSubcommands().get(command).getCommandSpec().args())
        .allSatisfy(arg -> assertThat(arg.description()).isNotEmpty());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void theSynopsisShowsWhatIsRequired(String command) {
    String synopsis =
        CommandRun.of(command, "--help").out().lines().limit(4).reduce("", String::concat);
    List<ArgSpec> required =
        line().getSubcommands().get(command).getCommandSpec().args().stream()
            .filter(ArgSpec::required)
            .filter(arg -> arg.group() == null || arg.group().multiplicity().min() > 0)
            .toList();
    assertThat(required)
        .allSatisfy(
            arg ->
                assertThat(synopsis)
                    .contains(
                        arg instanceof OptionSpec option
                            ? option.longestName()
                            : arg.paramLabel()));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void allWaysToUseACommandStandBelowTheFirst(String command) {
    List<String> lines = CommandRun.of("help", command).out().lines().toList();
    int usage =
        lines.indexOf(lines.stream().filter(l -> l.startsWith("Usage:")).findFirst().orElseThrow());
    assertThat(lines.stream().skip(usage + 1L).takeWhile(l -> !l.matches("[A-Z].*|")))
        .allMatch(l -> l.startsWith("       "));
    assertThat(lines).noneMatch(l -> l.contains("comparison is added"));
  }

  @Test
  void theRootListsTheCommandsAndTheExitCodes() {
    CommandRun run = CommandRun.of("--help");
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("backends", "methods", "inspect", "grow", "pretrain", "evaluate")
        .contains("Exit codes: 0 done, 1 failed, 2 wrong usage, 129, 130 or 143 by a signal,");
  }

  @Test
  void theVersionIsTheModules() {
    CommandRun run = CommandRun.of("--version");
    assertThat(run.code()).isZero();
    assertThat(run.out()).containsPattern("^ligo \\d+\\.\\d+\\.\\d+").contains("Java 1");
  }

  @Test
  void hyperparametersHaveOptionsWithTheirRangesAndDefaults() {
    assertThat(CommandRun.of("pretrain", "--help").out().replaceAll("\\s+", " "))
        .contains(
            "--ki-temperature=X What both models' logits are divided by; a number above 0."
                + " Default: 2.0",
            "--mslt-stages=N");
    assertThat(CommandRun.of("grow", "--help").out())
        .contains("--net2net-noise=X", "--ligo-start=METHOD", "--ligo-form=CHOICE")
        .doesNotContain("--ki-");
    assertThat(CommandRun.of("compare", "--help").out()).contains("--layerdrop-rate=X");
  }

  @Test
  void theCompletionScriptKnowsOptionsAndValues() {
    CommandRun run = CommandRun.of("generate-completion");
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .startsWith("#!/usr/bin/env bash")
        .contains("complete -F _complete_ligo")
        .contains("--operator-out", "--tokendrop-share")
        .containsPattern(
            "\\(\"aki\" \"copy\" .* \"stack\" \"staged\" \"szp\" \"tile\"\\) # --method values")
        .contains("(\"random\" \"softmax\" \"selection\") # --ligo-width-start values");
  }
}
