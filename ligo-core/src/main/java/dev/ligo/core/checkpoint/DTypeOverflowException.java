package dev.ligo.core.checkpoint;

import java.nio.file.Path;

/** Values that are too large for the dtype that they are to be stored as; another may hold them. */
public final class DTypeOverflowException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  DTypeOverflowException(Path path, String problem, Throwable cause) {
    super(path, problem, cause);
  }
}
