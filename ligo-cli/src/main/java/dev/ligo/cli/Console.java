package dev.ligo.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.io.PrintStream;
import java.io.PrintWriter;

/** Where a command prints: results on stdout, everything else on stderr. */
final class Console {
  private static final Gson GSON =
      new GsonBuilder()
          .setPrettyPrinting()
          .disableHtmlEscaping()
          .serializeSpecialFloatingPointValues()
          .create();

  private final PrintWriter out;
  private final PrintWriter err;
  private final Interruption interruption;
  private final boolean terminal;

  private Console(PrintWriter out, PrintWriter err, Interruption interruption, boolean terminal) {
    this.out = out;
    this.err = err;
    this.interruption = interruption;
    this.terminal = terminal;
  }

  /**
   * Returns the console of the process. Whether stderr is a terminal, the launcher says ({@code
   * ligo.terminal}); Java 17 only knows of stdin and stdout together.
   */
  static Console system(Interruption interruption) {
    boolean terminal =
        Boolean.parseBoolean(
            System.getProperty("ligo.terminal", Boolean.toString(System.console() != null)));
    return new Console(writer(System.out), writer(System.err), interruption, terminal);
  }

  /** Returns a console that is no terminal. */
  static Console of(PrintWriter out, PrintWriter err, Interruption interruption) {
    return new Console(out, err, interruption, false);
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true);
  }

  /** Returns where results go. */
  PrintWriter out() {
    return out;
  }

  /** Returns where everything else goes. */
  PrintWriter err() {
    return err;
  }

  /** Prints a line of a result. */
  void print(String line) {
    out.println(line);
    out.flush();
  }

  /** Prints a result for programs. */
  void print(JsonObject result) {
    print(GSON.toJson(result));
  }

  /** Prints what a user should know beside the result. */
  void note(String line) {
    err.println(line);
    err.flush();
  }

  /** Begins to show how far long work is. */
  Progress progress() {
    return new Progress(
        terminal ? new ProgressBars(System.err) : new ProgressLines(this::note), interruption);
  }
}
