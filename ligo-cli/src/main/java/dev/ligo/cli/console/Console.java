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
import java.util.function.Supplier;
import picocli.CommandLine.ExitCode;

/** Where a command prints: results on stdout, everything else on stderr. */
public final class Console {
  /** The exit code of a command whose reader is gone, as of one that SIGPIPE ends: 128 + 13. */
  private static final int CLOSED_PIPE = 141;

  private final PrintWriter out;
  private final PrintWriter err;
  private final Interruption interruption;
  private final boolean terminal;
  private final Supplier<Optional<IOException>> lost;

  private Console(
      PrintWriter out,
      PrintWriter err,
      Interruption interruption,
      boolean terminal,
      Supplier<Optional<IOException>> lost) {
    this.lost = lost;
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
    System.setErr(new LogStream(System.err));
    Output results = new Output(new FileOutputStream(FileDescriptor.out));
    return new Console(
        writer(results, "stdout"),
        writer(System.err, "stderr"),
        interruption,
        Boolean.getBoolean("ligo.terminal"),
        results::failure);
  }

  /** Returns a console that is no terminal. */
  public static Console of(PrintWriter out, PrintWriter err, Interruption interruption) {
    return new Console(out, err, interruption, false, Optional::empty);
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
    return new Console(err, err, interruption, terminal, Optional::empty);
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
    out.println(Escapes.of(json ? text(report.json()) : report.text()));
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
    err.println(Escapes.line(line));
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
    note("ligo: the result cannot be written to stdout: " + reason + ".");
    return code == ExitCode.OK ? ExitCode.SOFTWARE : code;
  }

  /** Begins to show how far long work is. */
  public Progress progress() {
    return new Progress(
        terminal ? new ProgressBars(System.err) : new ProgressLines(this::note), interruption);
  }
}
