package dev.ligo.cli.console;

import com.google.gson.JsonObject;

/** The result of a command. */
public interface Report {
  /** Returns the result for people. */
  String text();

  /**
   * Returns the result for people who see it on a terminal.
   *
   * @param columns the most characters of a line, 0 for any number
   */
  default String text(int columns) {
    return text();
  }

  /** Returns the result for programs. */
  JsonObject json();
}
