package dev.ligo.core.checkpoint;

import dev.ligo.api.LigoException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A checkpoint, or a file of it, that cannot be read or written. */
public final class CheckpointException extends LigoException {
  private static final long serialVersionUID = 1L;

  /** Creates an error about a file or directory: what was expected, what was found, what to try. */
  public CheckpointException(Path path, String problem) {
    super(Quoted.path(path) + ": " + problem);
  }

  /** Creates an error about a file or directory, with its cause. */
  public CheckpointException(Path path, String problem, Throwable cause) {
    super(Quoted.path(path) + ": " + problem, cause);
  }

  /**
   * Returns the error for a failed input or output operation.
   *
   * @param doing what failed, as in "cannot be read"
   */
  static CheckpointException of(Path path, String doing, IOException cause) {
    return new CheckpointException(path, doing + ": " + reason(cause) + ".", cause);
  }

  /** Returns why an operation failed, in words: several exceptions carry nothing but the path. */
  static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileAlreadyExistsException || e instanceof DirectoryNotEmptyException) {
      return "something of that name exists already";
    }
    if (e instanceof CharacterCodingException) {
      return "it is not UTF-8 text";
    }
    if (e instanceof FileSystemException f && f.getReason() != null) {
      return Quoted.line(f.getReason());
    }
    return Optional.ofNullable(e.getMessage())
        .map(Quoted::line)
        .orElseGet(() -> e.getClass().getSimpleName());
  }
}
