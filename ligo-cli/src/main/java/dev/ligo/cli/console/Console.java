package dev.ligo.cli.console;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import dev.ligo.api.LigoException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;

/** Where a command prints: results on stdout, everything else on stderr. */
public final class Console {
  /** The exit code of a command whose reader is gone, as of one that SIGPIPE ends: 128 + 13. */
  private static final int CLOSED_PIPE = 141;

  /** The width of a help whose lines are broken afterwards. */
  private static final int UNBROKEN = 10_000;

  private final PrintWriter out;
  private final PrintWriter err;

  private final Interruption interruption;
  private final Terminal terminal;
  private final Supplier<Optional<IOException>> lost;
  private BooleanSupplier quiet = () -> false;

  /**
   * What is known of the terminal.
   *
   * @param errors whether stderr is one
   * @param outColumns the most characters of a line on stdout, 0 for any number
   * @param errColumns the same of stderr
   */
  record Terminal(boolean errors, int outColumns, int errColumns) {
    static final Terminal NONE = new Terminal(false, 0, 0);

    /** Returns what the launcher says in Java's properties. */
    static Terminal ofProcess() {
      return new Terminal(
          Boolean.getBoolean("ligo.terminal"),
          Integer.getInteger("ligo.columns.stdout", 0),
          Integer.getInteger("ligo.columns.stderr", 0));
    }
  }

  private Console(
      PrintWriter out,
      PrintWriter err,
      Interruption interruption,
      Terminal terminal,
      Supplier<Optional<IOException>> lost) {
    this.lost = lost;
    this.out = out;
    this.err = err;
    this.interruption = interruption;
    this.terminal = terminal;
  }

  /**
   * Returns the console of the process. Whether stderr is a terminal, and how wide lines may be,
   * the launcher says ({@code ligo.terminal}, {@code ligo.columns.stderr}); Java only knows of
   * stdin and stdout together.
   */
  public static Console system(Interruption interruption) {
    System.setErr(new LogStream(System.err));
    Output results = new Output(new FileOutputStream(FileDescriptor.out));
    return new Console(
        writer(results, "stdout"),
        writer(System.err, "stderr"),
        interruption,
        Terminal.ofProcess(),
        results::failure);
  }

  /** Returns a console that is no terminal. */
  public static Console of(PrintWriter out, PrintWriter err, Interruption interruption) {
    return of(out, err, interruption, Terminal.NONE);
  }

  /** Returns a console of which more is known. */
  static Console of(
      PrintWriter out, PrintWriter err, Interruption interruption, Terminal terminal) {
    return new Console(out, err, interruption, terminal, Optional::empty);
  }

  /**
   * Sets when nothing but results and errors is printed.
   *
   * @param silent tells whether the user wants it so; asked when there is something to print
   */
  public void quietIf(BooleanSupplier silent) {
    quiet = silent;
  }

  /** Returns a writer in the encoding that Java gives the stream, whose name depends on Java's. */
  private static PrintWriter writer(OutputStream stream, String name) {
    String encoding =
        System.getProperty(
            name + ".encoding",
            System.getProperty("sun." + name + ".encoding", System.getProperty("native.encoding")));
    return new PrintWriter(new OutputStreamWriter(stream, Charset.forName(encoding)), true);
  }

  /** Returns a console whose results are notes: for a command that is a part of another. */
  public Console aside() {
    Terminal both = new Terminal(terminal.errors(), terminal.errColumns(), terminal.errColumns());
    Console aside = of(err, err, interruption, both);
    aside.quietIf(quiet);
    return aside;
  }

  /** Returns where results go. */
  public PrintWriter out() {
    return out;
  }

  /**
   * Sets where a command line prints its help, and how wide that is: as wide as it is made, or as
   * the terminal where that is narrower.
   */
  public void help(CommandLine line) {
    int columns = terminal.outColumns();
    boolean narrow = columns > 0 && columns < line.getUsageHelpWidth();
    line.setOut(narrow ? new PrintWriter(Wrapping.writer(out, columns), true) : out).setErr(err);
    if (narrow) {
      line.setUsageHelpWidth(UNBROKEN);
    }
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
    out.println(
        json
            ? Escapes.of(text(report.json()))
            : Wrapping.of(Escapes.of(report.text(terminal.outColumns())), terminal.outColumns()));
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

  /** Prints what a user should know beside the result, unless nothing of that is wanted. */
  public void note(String line) {
    if (!quiet.getAsBoolean()) {
      error(line);
    }
  }

  /** Prints what went wrong. */
  public void error(String line) {
    err.println(Wrapping.of(Escapes.line(line), terminal.errColumns()));
    err.flush();
  }

  /**
   * Returns the exit code of a command: its own, unless its results could not be written.
   *
   * @param code the command's own
   */
  public int exitCode(int code) {
    out.flush();
    Optional<IOException> failure = lost.get();
    if (failure.isEmpty()) {
      return code;
    }
    String reason = LigoException.reason(failure.get());
    if (reason.contains("Broken pipe")) {
      return CLOSED_PIPE;
    }
    error("ligo: the result cannot be written to stdout: " + reason + ".");
    return code == ExitCode.OK ? ExitCode.SOFTWARE : code;
  }

  /** Returns a display of the progress of long work: a bar on a terminal, else lines. */
  public Progress progress() {
    boolean bars = terminal.errors() && !quiet.getAsBoolean();
    return new Progress(
        bars ? new ProgressBars(System.err, terminal.errColumns()) : new ProgressLines(this::note),
        interruption);
  }
}
