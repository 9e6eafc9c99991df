package dev.ligo.cli.console;

import dev.ligo.api.LigoException;
import dev.ligo.api.UnknownNameException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MaxValuesExceededException;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns what goes wrong into one line on stderr and an exit code: 2 for wrong usage, 1 for anything
 * else.
 */
public final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
  /** The characters of a message that are shown: a value of a file may be as long as the file. */
  private static final int LONGEST = 4000;

  private static final String DROP_HEAD = "--drop-head";

  /** The end of a message that advises to open a checkpoint without its head. */
  private static final String WITHOUT_HEAD = "without its head";

  private static final Pattern QUOTED = Pattern.compile("'([^']+)'");

  /** The message of picocli for an option whose value is no KEY=VALUE. */
  private static final Pattern NO_PAIR =
      Pattern.compile(
          "Value for option option '(\\S+)' \\((\\S+)\\) should be in KEY=VALUE format but was (.*)",
          Pattern.DOTALL);

  private final Console console;
  private final BooleanSupplier verbose;

  /**
   * Creates the handler.
   *
   * @param verbose tells whether stack traces are wanted
   */
  public Failures(Console console, BooleanSupplier verbose) {
    this.console = console;
    this.verbose = verbose;
  }

  /** Runs what makes use of options; what is refused there is wrong usage of the command. */
  public static <T> T asUsage(CommandSpec command, Supplier<T> use) {
    try {
      return use.get();
    } catch (LigoException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }

  /** Runs a command, with errors of the JVM handled like exceptions. */
  public int run(ParseResult parsed) {
    parsed.asCommandLineList().forEach(c -> requireValues(c.getParseResult()));
    try {
      return new RunLast().execute(parsed);
    } catch (OutOfMemoryError e) {
      return failed(
          e,
          "out of memory ("
              + e.getMessage()
              + "); make the batch or the model smaller, or give Java more, as in"
              + " LIGO_JAVA_OPTS=-Xmx8g");
    } catch (LinkageError | StackOverflowError | AssertionError e) {
      return failed(e, bug(e));
    }
  }

  /** Refuses a list with nothing before, between or after its commas, which picocli leaves out. */
  private static void requireValues(ParseResult parsed) {
    for (OptionSpec option : parsed.matchedOptions()) {
      for (String list :
          option.splitRegex().isEmpty() ? List.<String>of() : option.originalStringValues()) {
        if (Stream.of(list.split(option.splitRegex(), -1)).anyMatch(String::isBlank)) {
          throw new ParameterException(
              parsed.commandSpec().commandLine(),
              "expected names or numbers with commas between them for "
                  + option.longestName()
                  + ", found '"
                  + list
                  + "'");
        }
      }
    }
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandSpec command = e.getCommandLine().getCommandSpec();
    // Picocli misses options before it looks at those that nobody knows, which may be they.
    List<String> unknown =
        e instanceof MissingParameterException
            ? e.getCommandLine().getUnmatchedArguments()
            : List.of();
    String problem =
        e instanceof UnmatchedArgumentException unmatched
            ? unmatched(unmatched)
            : unknown.isEmpty()
                ? twice(e, args).orElseGet(() -> plain(e))
                : unmatched(new UnmatchedArgumentException(e.getCommandLine(), unknown));
    report(problem.replaceAll("\\.$", "") + "; see '" + command.qualifiedName() + " --help'");
    return ExitCode.USAGE;
  }

  private static String plain(ParameterException e) {
    if (e.getMessage().startsWith("Unknown subcommand ")) { // of 'help'
      return unknownCommand(e, e.getValue());
    }
    Matcher pair = NO_PAIR.matcher(e.getMessage());
    if (pair.matches()) {
      return "expected %s for %s, found '%s'"
          .formatted(pair.group(2), pair.group(1), pair.group(3));
    }
    return decapitalized(e.getMessage().replaceFirst("^Error: ", ""));
  }

  /** Options in a group have it matched twice when one of them is, of which nobody knows. */
  private static Optional<String> twice(ParameterException e, String... args) {
    Set<String> names = new HashSet<>();
    return e instanceof MaxValuesExceededException
        ? Stream.of(args)
            .filter(a -> a.startsWith("-"))
            .map(a -> a.replaceFirst("=.*", ""))
            .filter(a -> !names.add(a))
            .findFirst()
            .map(a -> "option '" + a + "' is there twice")
        : Optional.empty();
  }

  private static String unmatched(UnmatchedArgumentException e) {
    if (e.getUnmatched().isEmpty()) { // an option where one more value was possible
      Matcher option = QUOTED.matcher(e.getMessage());
      return option.find()
          ? unmatched(new UnmatchedArgumentException(e.getCommandLine(), List.of(option.group(1))))
          : plain(e);
    }
    String found = e.getUnmatched().get(0);
    if (found.matches("-[0-9.].*")) {
      return "'" + found + "' is neither an option nor a value that one takes";
    }
    if (e.isUnknownOption()) {
      Set<String> options = e.getCommandLine().getCommandSpec().optionsMap().keySet();
      return "unknown option '"
          + found
          + "'"
          + UnknownNameException.closest(found.replaceFirst("=.*", ""), options)
              .map(s -> ", did you mean '" + s + "'?")
              .orElse("");
    }
    return e.getCommandLine().getSubcommands().isEmpty()
        ? "unexpected argument '" + found + "'"
        : unknownCommand(e, found);
  }

  private static String unknownCommand(ParameterException e, String name) {
    Set<String> commands = e.getCommandLine().getSubcommands().keySet();
    return new UnknownNameException("command", name, commands).getMessage();
  }

  private static String decapitalized(String message) {
    return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    return failed(e, e instanceof LigoException ? advised(e.getMessage(), parsed) : bug(e));
  }

  /** Adds the option by which a checkpoint is opened without its head to advice to do so. */
  private static String advised(String message, ParseResult parsed) {
    boolean lacks =
        parsed.asCommandLineList().stream()
                .map(CommandLine::getCommandSpec)
                .anyMatch(c -> c.findOption(DROP_HEAD) != null)
            && parsed.asCommandLineList().stream()
                .noneMatch(c -> c.getParseResult().hasMatchedOption(DROP_HEAD));
    return message.endsWith(WITHOUT_HEAD + ".") && lacks
        ? message.replaceAll("\\.$", ": " + DROP_HEAD + " does so.")
        : message;
  }

  private static String bug(Throwable e) {
    return "unexpected: " + e + "; this is a bug, please report it with what --verbose adds";
  }

  private int failed(Throwable e, String message) {
    report(message);
    if (verbose.getAsBoolean()) {
      e.printStackTrace(console.err());
    }
    return ExitCode.SOFTWARE;
  }

  private void report(String message) {
    String line = message.strip().replaceAll("\\s*\\R\\s*", " ");
    console.error("ligo: " + (line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…"));
  }
}
