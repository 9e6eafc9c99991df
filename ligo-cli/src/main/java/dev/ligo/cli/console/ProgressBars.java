package dev.ligo.cli.console;

import java.io.PrintStream;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressState;
import org.jspecify.annotations.Nullable;

/** Progress on a terminal: a bar with rate and time left for each work. */
public final class ProgressBars implements Progress.Display {
  private static final int INTERVAL_MILLIS = 200;

  /** Back to the start of the line, and what stands there is erased. */
  private static final String ERASE = "\r\u001b[K";

  private final PrintStream terminal;
  private final int columns;
  private @Nullable ProgressBar bar;
  private @Nullable Line line;

  /**
   * Begins to show.
   *
   * @param columns the width of the terminal, 0 if it is not known
   */
  public ProgressBars(PrintStream terminal, int columns) {
    this.terminal = terminal;
    this.columns = columns;
  }

  @Override
  public void begin(String work, long before, long total) {
    line = columns > 0 ? new Line(terminal, columns - 1) : new Line(terminal);
    bar =
        new ProgressBarBuilder()
            .setTaskName(work)
            .setInitialMax(total)
            .setUpdateIntervalMillis(INTERVAL_MILLIS)
            .setRenderer(ProgressBars::rendered)
            .setConsumer(line)
            .startsFrom(before, Duration.ZERO)
            .build();
  }

  private static String rendered(ProgressState state, int columns) {
    long done = state.getCurrent();
    long made = done - state.getStart();
    double seconds = state.getElapsedAfterStart().toNanos() / 1e9;
    String time =
        done >= state.getMax()
            ? Format.seconds(seconds)
            : made == 0
                ? "? left"
                : Format.seconds(seconds / made * (state.getMax() - done)) + " left";
    String line =
        Bar.line(
            state.getTaskName(),
            done,
            state.getMax(),
            time,
            state.getExtraMessage().strip(),
            columns);
    return line + " ".repeat(Math.max(0, columns - line.length())); // over a longer one before
  }

  @Override
  public void show(long done, String detail) {
    if (bar != null) {
      bar.setExtraMessage(detail);
      bar.stepTo(done);
    }
  }

  @Override
  public void end() {
    if (bar != null && line != null) {
      bar.close();
      line.close();
      bar = null;
    }
  }

  @Override
  public void line(String text) {
    terminal.print(ERASE + Wrapping.of(text, columns) + System.lineSeparator());
    if (bar != null) {
      bar.refresh();
    }
  }

  /** The line of a bar. The library does not end that of a bar which is closed at once. */
  private static final class Line extends ConsoleProgressBarConsumer {
    private boolean ended;

    Line(PrintStream terminal) {
      super(terminal);
    }

    Line(PrintStream terminal, int columns) {
      super(terminal, columns);
    }

    @Override
    public void close() {
      if (!ended) {
        ended = true;
        super.close();
      }
    }
  }
}
