package dev.ligo.api;

/**
 * Work that was cancelled: its thread was interrupted, or whoever follows it asked for its end.
 *
 * <p>Nothing half-written is left, and every handle is closed. Work that can be resumed has saved
 * the state it had reached. The interrupt flag of the thread is as it was: set, if an interrupt was
 * the reason. Clear it with {@link Thread#interrupted} to go on in the same thread.
 */
public final class CancelledException extends LigoException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an error with its message.
   *
   * @param message what was being done, what was expected, what was found and what to try
   */
  public CancelledException(String message) {
    super(message);
  }

  /**
   * Creates an error with its message and cause.
   *
   * @param message what was being done, what was expected, what was found and what to try
   * @param cause what went wrong below
   */
  public CancelledException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Does nothing, or ends the work if the thread is interrupted.
   *
   * @param work what is being done, such as "training"
   * @throws CancelledException if the thread's interrupt flag is set; it stays set
   */
  public static void throwIfInterrupted(String work) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancelledException("cancelled while " + work + ".");
    }
  }
}
