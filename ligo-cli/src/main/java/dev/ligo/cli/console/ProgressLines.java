package dev.ligo.cli.console;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Progress where no terminal is: a line now and then, and one at the end of each work. */
public final class ProgressLines implements Progress.Display {
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Consumer<String> lines;
  private String work = "";
  private long before;
  private long total;
  private long begun;
  private long shown;

  public ProgressLines(Consumer<String> lines) {
    this.lines = lines;
  }

  @Override
  public void begin(String work, long before, long total) {
    this.work = work;
    this.before = before;
    this.total = total;
    begun = System.nanoTime();
    shown = begun;
  }

  @Override
  public void show(long done, String detail) {
    long now = System.nanoTime();
    if (done < total && now - shown < INTERVAL_NANOS) {
      return;
    }
    shown = now;
    double seconds = (now - begun) / 1e9;
    String time =
        done == total
            ? Format.seconds(seconds)
            : Format.seconds(seconds / (done - before) * (total - done)) + " left";
    String line = work + " " + Format.count(done) + "/" + Format.count(total) + ", " + time;
    lines.accept(detail.isEmpty() ? line : line + ", " + detail);
  }

  @Override
  public void end() {}

  @Override
  public void line(String text) {
    lines.accept(text);
  }
}
