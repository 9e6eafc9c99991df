package dev.ligo.cli.console;

import com.google.gson.JsonObject;

/** The result of a command. */
public interface Report {
  /** Returns the result for people, in lines of any length. */
  default String text() {
    return text(0);
  }

  /**
   * Returns the result for people, whose tables fit their terminal.
   *
   * @param columns the most characters of a line, 0 for any number
   */
  String text(int columns);

  /** Returns the result for programs. */
  JsonObject json();
}
