package dev.ligo.cli;

import dev.ligo.core.data.ProgressListener;

/** Shows how far a command is, and stops it where it is interrupted. */
final class Progress implements ProgressListener, AutoCloseable {
  /** How progress looks. */
  interface Display extends AutoCloseable {
    /** Shows how far one kind of work is; another kind may begin before the total is reached. */
    void show(String work, long done, long total, String detail);

    /** Shows a line that stays. */
    void line(String text);

    /** Ends what is shown. */
    @Override
    void close();
  }

  private final Display display;
  private final Interruption interruption;

  Progress(Display display, Interruption interruption) {
    this.display = display;
    this.interruption = interruption;
  }

  @Override
  public void progress(String work, long done, long total, String detail) {
    interruption.check();
    display.show(work, done, total, detail);
  }

  /** Shows a line that stays. */
  void line(String text) {
    interruption.check();
    display.line(text);
  }

  @Override
  public void close() {
    display.close();
  }
}
