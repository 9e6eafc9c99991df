package dev.ligo.core.checkpoint;

import dev.ligo.core.io.Abandoned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How files and directories come to be whole or not at all: they are written beside their
 * destination, on the same disk, under a name that says what they are, and moved there at once.
 */
public final class Partial {
  /** The names of files and directories that are not whole: that of the destination is a group. */
  public static final Pattern NAME =
      Pattern.compile("\\.(.+)\\.partial-[0-9a-f-]{36}", Pattern.DOTALL);

  private Partial() {}

  /** Removes what killed processes have left beside a destination. */
  static void removeAbandoned(Path destination) {
    Path absolute = destination.toAbsolutePath().normalize();
    String name = absolute.getFileName().toString();
    Abandoned.removeFrom(
        absolute.getParent(),
        n -> {
          Matcher partial = NAME.matcher(n);
          return partial.matches() && partial.group(1).equals(name);
        });
  }

  /** Returns a new name beside a destination: {@code .NAME.partial-…}. */
  static Path beside(Path destination) {
    Path absolute = destination.toAbsolutePath().normalize();
    Path name = absolute.getFileName();
    if (name == null) {
      throw notAPlace(destination);
    }
    return absolute.resolveSibling("." + name + ".partial-" + UUID.randomUUID());
  }

  /**
   * Checks that a destination is named, by more than an empty word.
   *
   * @throws CheckpointException if it is not
   */
  static void requireNamed(Path destination) {
    if (destination.toString().isEmpty()) {
      throw notAPlace(destination);
    }
  }

  private static CheckpointException notAPlace(Path destination) {
    return new CheckpointException(destination, "is not a place to write to; name a new one.");
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

  /**
   * Refuses a destination in what is no directory.
   *
   * @throws CheckpointException if it is
   */
  static void requireParents(Path destination) {
    Path above = existingAbove(destination);
    if (!Files.isDirectory(above)) {
      throw new CheckpointException(
          destination,
          "cannot be written, since "
              + Quoted.path(above)
              + " is not a directory; name another place.");
    }
  }

  /** Returns the closest of what is above a destination that is there. */
  static Path existingAbove(Path destination) {
    Path above = destination.toAbsolutePath().normalize();
    do {
      above = above.getParent();
    } while (!Files.exists(above));
    return above;
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
