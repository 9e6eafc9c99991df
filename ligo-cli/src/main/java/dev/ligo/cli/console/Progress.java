package dev.ligo.cli.console;

import dev.ligo.core.data.ProgressListener;

/** Shows how far a command is, one work after the other, and stops it where it is interrupted. */
public final class Progress implements ProgressListener, AutoCloseable {
  /** How progress looks. */
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
  private String work = "";
  private long done;
  private boolean open;

  public Progress(Display display, Interruption interruption) {
    this.display = display;
    this.interruption = interruption;
  }

  @Override
  public void progress(String work, long done, long total, String detail) {
    interruption.check();
    if (work.equals(this.work) && done == this.done) {
      return; // said before
    }
    if (!open || !work.equals(this.work)) {
      close();
      display.begin(work, done - 1, total);
      open = true;
    }
    this.work = work;
    this.done = done;
    display.show(done, detail);
    if (done == total) {
      close();
    }
  }

  /** Stops the command if it was interrupted. */
  public void check() {
    interruption.check();
  }

  /** Shows a line that stays. */
  public void line(String text) {
    check();
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
