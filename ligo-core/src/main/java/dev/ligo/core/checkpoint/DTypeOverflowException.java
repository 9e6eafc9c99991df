package dev.ligo.core.checkpoint;

import java.nio.file.Path;
import java.util.List;

/** Values that are too large for the dtype that they are to be stored as. */
public final class DTypeOverflowException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  private final List<FileDType> holding;

  DTypeOverflowException(Path path, String problem, List<FileDType> holding, Throwable cause) {
    super(path, problem, cause);
    this.holding = List.copyOf(holding);
  }

  /** {@return the floating-point dtypes that hold the values, the shortest first} */
  public List<FileDType> holding() {
    return holding;
  }
}
