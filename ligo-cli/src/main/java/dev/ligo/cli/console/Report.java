package dev.ligo.cli.console;

import com.google.gson.JsonObject;

/** The result of a command. */
public interface Report {
  /** Returns the result for people. */
  String text();

  /** Returns the result for programs. */
  JsonObject json();
}
