package dev.ligo.core;

import dev.ligo.core.checkpoint.CheckpointException;
import java.nio.file.Path;

/** A checkpoint whose head is not computed here; it can be opened {@link OpenOptions without}. */
public final class UnknownHeadException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  UnknownHeadException(Path path, String problem) {
    super(path, problem);
  }
}
