package dev.ligo.core.checkpoint;

import dev.ligo.api.LigoException;
import dev.ligo.api.Wording;
import dev.ligo.core.io.Abandoned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
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
   * Checks that a destination is named, by more than blanks.
   *
   * @param destination what is to be written
   * @throws CheckpointException if it is not
   */
  public static void requireNamed(Path destination) {
    if (destination.toString().isBlank()) {
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
          destination,
          Wording.danglingLink(destination)
                  .map("is "::concat)
                  .orElse("exists already and is not overwritten")
              + "; remove it or choose another name.");
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

  /**
   * {@return why something could not be created in a directory that is there, in words for a
   * message}
   *
   * @param e what went wrong
   */
  public static String reason(IOException e) {
    return e instanceof NoSuchFileException
        ? "no file can be created there"
        : LigoException.reason(e);
  }

  /** Returns the error that says why something could not be created. */
  static CheckpointException notCreated(Path destination, String what, IOException e) {
    return new CheckpointException(
        destination, what + ": " + reason(e) + "; name another place.", e);
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
      throw notCreated(parent, "cannot be created as a directory", e);
    }
  }
}
