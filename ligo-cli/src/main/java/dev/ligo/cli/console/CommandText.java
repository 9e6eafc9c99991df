package dev.ligo.cli.console;

import java.io.File;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** Commands as a shell takes them, under the name by which the user started this one. */
public final class CommandText {
  /** The property in which the launcher says how it was started. */
  static final String STARTED_AS = "ligo.command";

  private static final String NAME = "ligo";

  /** A word that no shell changes; where paths have backslashes, these are none of its signs. */
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z0-9_./,=:+" + (File.separatorChar == '\\' ? "\\\\" : "") + "-]+");

  private CommandText() {}

  /** Returns the command that was given, in one line. */
  public static String of(CommandSpec spec) {
    return of(spec.root().commandLine().getParseResult().originalArgs());
  }

  /** Returns a command of some words in one line. */
  public static String of(List<String> words) {
    return line(words.stream().map(CommandText::quoted).collect(Collectors.joining(" ")));
  }

  /** Returns the command whose words stand in a line, quoted where they have to be. */
  public static String line(String words) {
    return quoted(System.getProperty(STARTED_AS, NAME)) + " " + words;
  }

  /** Returns a word as a shell takes it. */
  public static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
