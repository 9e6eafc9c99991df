package dev.ligo.cli.console;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends an interrupted process (Ctrl-C, SIGTERM) in order: {@link Progress} cancels the work before
 * its next step, so that whatever it has written in part is removed on the way out.
 */
public final class Interruption {
  /** After so long the user is told what is waited for. */
  private static final long SILENT_SECONDS = 2;

  /**
   * How long the process waits for the work to stop: longer than any step. Whoever cannot wait
   * kills it, which costs the steps since the last saved state.
   */
  private static final long PATIENCE_SECONDS = 600;

  /** The exit code of a process that is killed, 128 + 9. */
  private static final int KILLED = 137;

  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean requested;
  private volatile boolean succeeded;

  /** Creates an interruption that only {@link #request} causes. */
  public Interruption() {}

  /** Creates the one that the end of the process causes. */
  public static Interruption ofProcess() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(new Thread(interruption::endInOrder, "ligo-end"));
    return interruption;
  }

  private void endInOrder() {
    boolean late = finished.getCount() == 0; // the process ends by itself
    request();
    try {
      if (!finished.await(SILENT_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("ligo: stopping when the step that is being made is done ...");
      }
      if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        System.err.println(
            "ligo: did not stop in time; a hidden '.NAME.partial-…' may be left beside the output");
        Runtime.getRuntime().halt(KILLED); // libraries that still compute must not be unloaded
      } else if (succeeded && !late) {
        // The signal came too late to cancel anything. Java would still exit with the signal's
        // code.
        Runtime.getRuntime().halt(0);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks the work to stop. */
  public void request() {
    requested = true;
  }

  /** Returns whether the work shall stop. */
  public boolean isRequested() {
    return requested;
  }

  /**
   * Says that nothing is left to be done.
   *
   * @param whole whether all was done that was asked for
   */
  public void finished(boolean whole) {
    succeeded = whole;
    finished.countDown();
  }
}
