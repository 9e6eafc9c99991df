package dev.ligo.core.data;

import dev.ligo.api.LigoException;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.zip.ZipException;

/** Data that cannot be read, or does not fit the model or the run. */
public final class DataException extends LigoException {
  private static final long serialVersionUID = 1L;

  /** Creates an error with its message. */
  public DataException(String message) {
    super(message);
  }

  /** Creates an error with its message and cause. */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Returns the error for a file that cannot be read, in words instead of a class's name.
   *
   * @param reading what is being read, with a colon and a space after it
   */
  public static DataException unreadable(String reading, IOException e) {
    return new DataException(reading + reason(e), e);
  }

  private static String reason(IOException e) {
    if (e instanceof NoSuchFileException || e instanceof FileNotFoundException) {
      return "there is no such file that can be read; check the path.";
    }
    if (e instanceof AccessDeniedException) {
      return "reading it is not permitted; change its permissions.";
    }
    if (e instanceof EOFException) {
      return "the data ends early; make or fetch it again.";
    }
    if (e instanceof ZipException) {
      return "it is damaged, or not compressed with gzip; make or fetch it again.";
    }
    return Optional.ofNullable(e.getMessage()).orElse("the system gives no reason") + ".";
  }
}
