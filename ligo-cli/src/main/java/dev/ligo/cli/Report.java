package dev.ligo.cli;

import com.google.gson.JsonObject;

/** The result of a command. */
interface Report {
  /** Returns the result for people. */
  String text();

  /** Returns the result for programs. */
  JsonObject json();
}
