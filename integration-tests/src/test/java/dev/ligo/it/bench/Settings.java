package dev.ligo.it.bench;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How to measure.
 *
 * @param threads the threads of an operation
 * @param rounds how often each is measured
 * @param clock what counts as time
 * @param only the one benchmark to run, or empty for all
 * @param subject how the names of the models begin that a benchmark of several measures, or empty
 *     for all
 * @param json where to write the results, too
 */
record Settings(
    int threads,
    int rounds,
    Clock clock,
    Optional<String> only,
    Optional<String> subject,
    Optional<Path> json) {
  static final String USAGE =
      "usage: [--threads N] [--rounds N] [--only NAME] [--subject NAME] [--clock wall|cpu] [--json FILE]";

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException if there is anything else on it
   */
  static Settings parse(String[] arguments) {
    Settings s =
        new Settings(2, 20, Clock.WALL, Optional.empty(), Optional.empty(), Optional.empty());
    for (int i = 0; i < arguments.length; i += 2) {
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException(arguments[i] + " needs a value");
      }
      s = s.with(arguments[i], arguments[i + 1]);
    }
    return s;
  }

  private Settings with(String option, String value) {
    return switch (option) {
      case "--threads" -> new Settings(positive(option, value), rounds, clock, only, subject, json);
      case "--rounds" -> new Settings(threads, positive(option, value), clock, only, subject, json);
      case "--only" -> new Settings(threads, rounds, clock, Optional.of(value), subject, json);
      case "--subject" -> new Settings(threads, rounds, clock, only, Optional.of(value), json);
      case "--clock" -> new Settings(threads, rounds, clock(value), only, subject, json);
      case "--json" ->
          new Settings(threads, rounds, clock, only, subject, Optional.of(Path.of(value)));
      default -> throw new IllegalArgumentException("unknown option " + option);
    };
  }

  private static Clock clock(String value) {
    return switch (value) {
      case "wall" -> Clock.WALL;
      case "cpu" -> Clock.CPU;
      default -> throw new IllegalArgumentException("--clock is wall or cpu, found " + value);
    };
  }

  private static int positive(String option, String value) {
    try {
      int n = Integer.parseInt(value);
      if (n > 0) {
        return n;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(option + " needs a whole number above 0, found " + value);
  }
}
