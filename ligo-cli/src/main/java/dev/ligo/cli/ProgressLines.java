package dev.ligo.cli;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Progress where no terminal is: a line now and then, and one at the end of each work. */
final class ProgressLines implements Progress.Display {
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Consumer<String> lines;
  private String work = "";
  private long first;
  private long begun;
  private long shown;

  ProgressLines(Consumer<String> lines) {
    this.lines = lines;
  }

  @Override
  public void show(String work, long done, long total, String detail) {
    long now = System.nanoTime();
    if (!work.equals(this.work)) {
      this.work = work;
      first = done;
      begun = now;
      shown = now;
    }
    boolean last = done == total;
    if (last || now - shown >= INTERVAL_NANOS) {
      shown = now;
      lines.accept(line(done, total, detail, (now - begun) / 1e9));
    }
    if (last) {
      this.work = "";
    }
  }

  private String line(long done, long total, String detail, double seconds) {
    String time =
        done == total || done == first
            ? Format.seconds(seconds)
            : Format.seconds(seconds / (done - first) * (total - done)) + " left";
    return work
        + " "
        + Format.count(done)
        + "/"
        + Format.count(total)
        + ", "
        + time
        + (detail.isEmpty() ? "" : ", " + detail);
  }

  @Override
  public void line(String text) {
    lines.accept(text);
  }

  @Override
  public void close() {}
}
