package dev.ligo.cli;

import dev.ligo.api.LigoException;
import dev.ligo.cli.backends.BackendsCommand;
import dev.ligo.cli.clean.CleanCommand;
import dev.ligo.cli.compare.CompareCommand;
import dev.ligo.cli.compare.PresetDefaults;
import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Failures;
import dev.ligo.cli.demo.DemoCommand;
import dev.ligo.cli.evaluate.EvaluateCommand;
import dev.ligo.cli.finetune.FinetuneCommand;
import dev.ligo.cli.grow.GrowCommand;
import dev.ligo.cli.inspect.InspectCommand;
import dev.ligo.cli.methods.MethodsCommand;
import dev.ligo.cli.options.HyperparameterOptions;
import dev.ligo.cli.plan.PlanCommand;
import dev.ligo.cli.predict.PredictCommand;
import dev.ligo.cli.pretrain.PretrainCommand;
import dev.ligo.cli.training.Machines;
import dev.ligo.cli.verify.VerifyCommand;
import dev.ligo.core.Ligo;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.function.Supplier;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code ligo} command, with all others below it. */
@Command(
    name = "ligo",
    description = "Grows a pretrained transformer into a larger one.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Version.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  ligo inspect bert-small",
      "  ligo grow --from bert-small --out bert-base --method ligo \\",
      "      --layers 12 --hidden 768 --data corpus",
      "  ligo pretrain --from bert-base --data corpus --steps 10000 --out bert-trained",
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong usage, 129, 130 or 143 by a signal,",
      "141 nobody reads the result.",
      "Environment: LIGO_JAVA_OPTS, options for Java, such as -Xmx8g;",
      "LIGO_CACHE, the directory where token ids are kept between runs;",
      "LIGO_MODULES, jars with families, methods, strategies and backends of others;",
      "HF_HUB_CACHE and HF_HOME, where models are that 'hf download' has fetched;",
      "NO_COLOR, if not empty: no colors."
    })
public final class LigoCommand {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version")
  boolean version;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show more: the stack trace of an error, how long training waited for data")
  boolean verbose;

  @Option(
      names = "--quiet",
      scope = ScopeType.INHERIT,
      description = "Print results, warnings and errors alone, and no progress")
  boolean quiet;

  /**
   * Executes a command line.
   *
   * @return the exit code
   */
  static int execute(Console console, String... words) {
    boolean none = Arrays.stream(words).allMatch(word -> word.startsWith("-"));
    return execute(console, () -> none ? commands(console, Machines.THIS) : line(console), words);
  }

  /**
   * Executes a command line.
   *
   * @param described returns the commands that there are
   * @return the exit code
   */
  public static int execute(Console console, Supplier<CommandLine> described, String... words) {
    try {
      CommandLine line = described.get();
      PresetDefaults.provide(line.getSubcommands().get("compare"), words);
      return console.exitCode(line.execute(words));
    } catch (LigoException | ServiceConfigurationError e) { // of what stands beside ligo
      console.error("ligo: " + e.getMessage());
      return ExitCode.SOFTWARE;
    }
  }

  /** Returns the command line, to be executed once on this machine. */
  public static CommandLine line(Console console) {
    return line(console, Machines.THIS);
  }

  /** Returns the command line, to be executed once on some machines. */
  public static CommandLine line(Console console, Machines machines) {
    CommandLine line = commands(console, machines);
    addHyperparameters(line, Ligo.create());
    return line;
  }

  /**
   * Returns the command line without the options that methods and strategies declare: a line that
   * names no command needs none, and is answered in half the time.
   */
  private static CommandLine commands(Console console, Machines machines) {
    LigoCommand root = new LigoCommand();
    CommandLine line = new CommandLine(root);
    List.of(
            new DemoCommand(console),
            new BackendsCommand(console),
            new MethodsCommand(console),
            new InspectCommand(console),
            new VerifyCommand(console),
            new PlanCommand(console),
            new GrowCommand(console, machines),
            new PretrainCommand(console, machines),
            new FinetuneCommand(console),
            new EvaluateCommand(console),
            new PredictCommand(console),
            new CompareCommand(console, machines),
            new CleanCommand(console))
        .forEach(line::addSubcommand);
    line.addSubcommand(
        withExample(
            new CommandLine(new GenerateCompletion()), "source <(ligo generate-completion)"));
    line.addSubcommand(withExample(new CommandLine(new HelpCommand()), "ligo help grow"));
    console.quietIf(() -> root.quiet);
    Failures failures = new Failures(console, () -> root.verbose);
    console.help(line);
    // An option that is misspelled after --data PATH... is not one more path.
    return line.setUnmatchedOptionsAllowedAsOptionParameters(false)
        .setExecutionStrategy(failures::run)
        .setExecutionExceptionHandler(failures)
        .setParameterExceptionHandler(failures);
  }

  /** Adds the options that methods and strategies declare. */
  private static void addHyperparameters(CommandLine line, Ligo ligo) {
    Map<String, CommandLine> commands = line.getSubcommands();
    HyperparameterOptions.add(
        commands.get("grow").getCommandSpec(),
        "Hyperparameters of methods",
        ligo.methods().values());
    for (String trains : List.of("pretrain", "compare")) {
      HyperparameterOptions.add(
          commands.get(trains).getCommandSpec(),
          "Hyperparameters of strategies",
          ligo.strategies().values());
    }
  }

  /** Completes a command of picocli's own. */
  private static CommandLine withExample(CommandLine command, String example) {
    CommandSpec spec = command.getCommandSpec();
    spec.usageMessage().footerHeading("%nExample:%n").footer("  " + example);
    return command;
  }
}
