package dev.ligo.core.data;

import dev.ligo.api.CancelledException;
import dev.ligo.api.LigoException;
import java.io.IOException;

/** Data that cannot be read, or does not fit the model or the run. */
public final class DataException extends LigoException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an error with its message.
   *
   * @param message what was being done, what was expected, what was found and what to try
   */
  public DataException(String message) {
    super(message);
  }

  /**
   * Creates an error with its message and cause.
   *
   * @param message what was being done, what was expected, what was found and what to try
   * @param cause what went wrong below
   */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * {@return the error for a file that cannot be read, in words instead of a class's name}
   *
   * @param reading what is being read, with a colon and a space after it
   * @param e what went wrong
   * @throws CancelledException if the thread is interrupted, which closes the file that it reads
   */
  public static DataException unreadable(String reading, IOException e) {
    CancelledException.throwIfInterrupted(reading.replaceFirst(": $", ""));
    return new DataException(
        reading + reason(e) + "; check the path, or make or fetch the file again.", e);
  }
}
