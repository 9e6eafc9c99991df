package dev.ligo.cli.console;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;

/** Where a command prints: results on stdout, everything else on stderr. */
public final class Console {
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
   * ligo.terminal}); Java only knows of stdin and stdout together.
   */
  public static Console system(Interruption interruption) {
    return new Console(
        writer(System.out, "stdout"),
        writer(System.err, "stderr"),
        interruption,
        Boolean.getBoolean("ligo.terminal"));
  }

  /** Returns a console that is no terminal. */
  public static Console of(PrintWriter out, PrintWriter err, Interruption interruption) {
    return new Console(out, err, interruption, false);
  }

  /** Returns a writer in the encoding that Java gives the stream, whose name depends on Java's. */
  private static PrintWriter writer(PrintStream stream, String name) {
    String encoding =
        System.getProperty(
            name + ".encoding",
            System.getProperty("sun." + name + ".encoding", System.getProperty("native.encoding")));
    return new PrintWriter(new OutputStreamWriter(stream, Charset.forName(encoding)), true);
  }

  /** Returns a console whose results are notes: for a command that is a part of another. */
  public Console aside() {
    return new Console(err, err, interruption, terminal);
  }

  /** Returns where results go. */
  public PrintWriter out() {
    return out;
  }

  /** Returns where everything else goes. */
  public PrintWriter err() {
    return err;
  }

  /**
   * Prints a result.
   *
   * @param json whether as JSON
   */
  public void print(Report report, boolean json) {
    out.println(json ? text(report.json()) : report.text());
    out.flush();
  }

  private static String text(JsonObject json) {
    return new GsonBuilder()
        .setPrettyPrinting()
        .disableHtmlEscaping()
        .serializeSpecialFloatingPointValues()
        .create()
        .toJson(json);
  }

  /** Prints what a user should know beside the result. */
  public void note(String line) {
    err.println(line);
    err.flush();
  }

  /** Begins to show how far long work is. */
  public Progress progress() {
    return new Progress(
        terminal ? new ProgressBars(System.err) : new ProgressLines(this::note), interruption);
  }
}
