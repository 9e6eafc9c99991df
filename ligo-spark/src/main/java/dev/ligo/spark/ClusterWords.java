package dev.ligo.spark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The words of a command as executors read them: with absolute paths, since they work in
 * directories of their own, and with the paths that a preset names.
 */
final class ClusterWords {
  private ClusterWords() {}

  /**
   * Returns the words of the command that was parsed.
   *
   * @param line the command line, which is being executed
   */
  static List<String> of(CommandLine line) {
    CommandSpec command = line.getParseResult().subcommand().commandSpec();
    List<String> words = new ArrayList<>(List.of(command.name()));
    for (OptionSpec option : command.options()) {
      List<String> paths = paths(option.getValue());
      if (!paths.isEmpty()) {
        add(words, option, paths);
      } else if (command.commandLine().getParseResult().hasMatchedOption(option)) {
        add(words, option, option.originalStringValues());
      }
    }
    return List.copyOf(words);
  }

  private static void add(List<String> words, OptionSpec option, List<String> values) {
    if (option.arity().max() == 0) {
      words.add(option.longestName());
      return;
    }
    for (String value : values) {
      words.add(option.longestName());
      words.add(value);
    }
  }

  /** Returns the paths that a value consists of, or none. */
  private static List<String> paths(@Nullable Object value) {
    List<String> paths = new ArrayList<>();
    if (value instanceof Path path) {
      paths.add(absolute(path));
    } else if (value instanceof Optional<?> some) {
      some.ifPresent(x -> paths.addAll(paths(x)));
    } else if (value instanceof Collection<?> all) {
      all.forEach(x -> paths.addAll(paths(x)));
    } else if (value instanceof Map<?, ?> named) {
      named.forEach((name, x) -> paths(x).forEach(path -> paths.add(name + "=" + path)));
    }
    return paths;
  }

  private static String absolute(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }
}
