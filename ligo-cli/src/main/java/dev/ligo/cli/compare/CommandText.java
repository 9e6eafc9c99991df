package dev.ligo.cli.compare;

import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** Commands as a shell takes them. */
public final class CommandText {
  private CommandText() {}

  /** Returns the command that was given, in one line. */
  public static String of(CommandSpec spec) {
    return of(spec.root().commandLine().getParseResult().originalArgs());
  }

  /** Returns a command of some words in one line. */
  public static String of(List<String> words) {
    return "ligo " + words.stream().map(CommandText::quoted).collect(Collectors.joining(" "));
  }

  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9_./,=:+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
