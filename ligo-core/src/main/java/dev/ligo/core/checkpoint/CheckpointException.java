package dev.ligo.core.checkpoint;

import dev.ligo.api.LigoException;
import java.io.IOException;
import java.nio.file.Path;

/** A checkpoint, or a file of it, that cannot be read or written. */
public class CheckpointException extends LigoException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an error about a file or directory: what was expected, what was found, what to try.
   *
   * @param path the file or directory
   * @param problem what is wrong with it, and what to try
   */
  public CheckpointException(Path path, String problem) {
    super(Quoted.path(path) + ": " + problem);
  }

  /**
   * Creates an error about a file or directory, with its cause.
   *
   * @param path the file or directory
   * @param problem what is wrong with it, and what to try
   * @param cause what went wrong below
   */
  public CheckpointException(Path path, String problem, Throwable cause) {
    super(Quoted.path(path) + ": " + problem, cause);
  }

  /**
   * Returns the error for a failed input or output operation.
   *
   * @param doing what failed, as in "cannot be read"
   */
  static CheckpointException of(Path path, String doing, IOException cause) {
    return new CheckpointException(path, doing + ": " + Quoted.line(reason(cause)) + ".", cause);
  }
}
