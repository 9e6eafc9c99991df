package dev.ligo.cli.console;

import java.io.OutputStream;
import java.io.PrintStream;

/**
 * Where the lines of the log go, which names paths and what files say: control characters are
 * escaped.
 */
final class LogStream extends PrintStream {
  LogStream(OutputStream to) {
    super(to, true);
  }

  @Override
  public void println(String line) {
    super.println(Escapes.line(line));
  }
}
