package dev.ligo.core.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.UUID;

/**
 * How files and directories come to be whole or not at all: they are written beside their
 * destination, on the same disk, under a name that says what they are, and moved there at once.
 */
final class Partial {
  private Partial() {}

  /** Returns a new name beside a destination: {@code .NAME.partial-…}. */
  static Path beside(Path destination) {
    Path absolute = destination.toAbsolutePath().normalize();
    Path name = absolute.getFileName();
    if (name == null) {
      throw new CheckpointException(destination, "is not a place to write to; name a new one.");
    }
    return absolute.resolveSibling("." + name + ".partial-" + UUID.randomUUID());
  }

  /**
   * Checks that nothing stands under a name.
   *
   * @throws CheckpointException if something does
   */
  static void requireAbsent(Path destination) {
    if (Files.exists(destination, LinkOption.NOFOLLOW_LINKS)) {
      throw new CheckpointException(
          destination, "exists already and is not overwritten; remove it or choose another name.");
    }
  }

  /** Creates the directories above a destination that are not there. */
  static void createParents(Path destination) {
    Path parent = destination.toAbsolutePath().normalize().getParent();
    try {
      Files.createDirectories(parent);
    } catch (IOException e) {
      throw CheckpointException.of(parent, "cannot be created as a directory", e);
    }
  }
}
