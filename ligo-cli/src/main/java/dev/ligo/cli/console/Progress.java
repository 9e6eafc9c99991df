package dev.ligo.cli.console;

import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;

/** Shows how far a command is, one phase after the other, and cancels it when it is interrupted. */
public final class Progress implements ProgressListener, AutoCloseable {
  /** Shows progress: as a bar on a terminal, in lines elsewhere. */
  public interface Display {
    /**
     * Begins to show a work.
     *
     * @param before what was done before, which says nothing of the rate
     */
    void begin(String work, long before, long total);

    /** Shows how far it is. */
    void show(long done, String detail);

    /** Ends it, done or not. */
    void end();

    /** Shows a line that stays. */
    void line(String text);
  }

  private final Display display;
  private final Interruption interruption;
  private final long begun = System.nanoTime();
  private String work = "";
  private long done;
  private boolean open;

  public Progress(Display display, Interruption interruption) {
    this.display = display;
    this.interruption = interruption;
  }

  @Override
  public void progress(Work.Progress p) {
    show(p.phase(), p.step(), p.total(), detail(p));
  }

  /** Returns what a step of learning gave, and how fast it goes. */
  private static String detail(Work.Progress p) {
    return p.learning().map(l -> "loss " + Format.metric(l.loss()) + speed(p)).orElse("");
  }

  private static String speed(Work.Progress p) {
    return p.perSecond().isPresent()
        ? ", " + Format.count(Math.round(p.perSecond().getAsDouble())) + " " + p.unit() + "/s"
        : "";
  }

  @Override
  public boolean isCancelled() {
    return interruption.isRequested();
  }

  /**
   * Shows how far a work is.
   *
   * @param detail what else is worth showing, such as the loss, or nothing
   */
  public void show(String work, long done, long total, String detail) {
    if (work.equals(this.work) && done == this.done) {
      return; // said before
    }
    if (!open || !work.equals(this.work)) {
      close();
      display.begin(work, Math.max(0, done - 1), total);
      open = true;
    }
    this.work = work;
    this.done = done;
    display.show(done, detail);
    if (done == total) {
      close();
    }
  }

  /** Returns the seconds since this began to follow the command. */
  public double seconds() {
    return (System.nanoTime() - begun) / 1e9;
  }

  /** Shows a line that stays. */
  public void line(String text) {
    display.line(text);
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      display.end();
    }
  }
}
