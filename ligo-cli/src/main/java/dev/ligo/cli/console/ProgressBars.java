package dev.ligo.cli.console;

import java.io.PrintStream;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Progress on a terminal: a bar with rate and time left for each work. */
public final class ProgressBars implements Progress.Display {
  private static final int INTERVAL_MILLIS = 200;
  private static final long MEGA = 1_000_000;

  /** Back to the start of the line, and what stands there is erased. */
  private static final String ERASE = "\r\u001b[K";

  private final PrintStream terminal;
  private @Nullable ProgressBar bar;

  public ProgressBars(PrintStream terminal) {
    this.terminal = terminal;
  }

  @Override
  public void begin(String work, long before, long total) {
    ProgressBarBuilder builder =
        new ProgressBarBuilder()
            .setTaskName(work)
            .setInitialMax(total)
            .setUpdateIntervalMillis(INTERVAL_MILLIS)
            .setStyle(ProgressBarStyle.ASCII)
            .setConsumer(new ConsoleProgressBarConsumer(terminal))
            .startsFrom(before, Duration.ZERO)
            .showSpeed(new DecimalFormat("0.0", DecimalFormatSymbols.getInstance(Locale.ROOT)));
    if (total >= MEGA) {
      builder.setUnit(" M", MEGA);
    }
    bar = builder.build();
  }

  @Override
  public void show(long done, String detail) {
    if (bar != null) {
      bar.setExtraMessage(" " + detail);
      bar.stepTo(done);
    }
  }

  @Override
  public void end() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  @Override
  public void line(String text) {
    terminal.print(ERASE + text + System.lineSeparator());
    if (bar != null) {
      bar.refresh();
    }
  }
}
