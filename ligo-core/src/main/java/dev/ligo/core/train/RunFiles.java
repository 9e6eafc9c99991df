package dev.ligo.core.train;

import com.google.gson.JsonObject;
import dev.ligo.core.checkpoint.JsonValue;
import dev.ligo.core.io.DirectoryLock;
import dev.ligo.core.io.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a run's own files from others by a marker and by names, makes and removes them. */
final class RunFiles {
  private static final Logger LOGGER = LoggerFactory.getLogger(RunFiles.class);

  /** The file that says that the directory is a run's. */
  private static final String MARKER = "ligo-run.json";

  /** The key, in the marker, of whether the directory was made with it: else it stays. */
  private static final String MADE = "made";

  /** A name under which one of the directory's files stands until it is whole. */
  private static final Pattern PARTIAL = Pattern.compile("\\.(.+)\\.partial(-[0-9a-f-]{36})?");

  private RunFiles() {}

  /** Creates and marks the directory, or finds it marked. */
  static void claim(Path path) throws IOException {
    boolean made = !Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    if (made) {
      Durability.createDirectories(path.toAbsolutePath());
    } else if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new TrainingException(
          path
              + " is a "
              + (Files.isSymbolicLink(path) ? "link" : "file")
              + ", where the run keeps its state; remove it, or name another destination.");
    }
    List<Path> entries = entries(path);
    for (Path entry : entries) {
      if (isOwn(entry) && !Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
        throw new TrainingException(
            entry + " is a link or a directory, and no file of a run; remove it.");
      }
    }
    if (Files.exists(path.resolve(MARKER))) {
      if (marker(path).isEmpty()) {
        throw new TrainingException(
            path.resolve(MARKER)
                + " is not what a run writes; move "
                + path
                + ", or name another"
                + " destination.");
      }
      return;
    }
    Optional<Path> other =
        entries.stream()
            .filter(e -> !name(e).equals(DirectoryLock.FILE)) // of a run that was being removed
            .filter(e -> !partialOf(e).filter(MARKER::equals).isPresent())
            .findFirst();
    if (other.isPresent()) {
      boolean older = entries.stream().anyMatch(e -> StateFile.NAME.matcher(name(e)).matches());
      throw new TrainingException(
          path
              + (older
                  ? " holds an interrupted run of an older version; continue it with that version,"
                      + " move it, or name another destination."
                  : " holds what no run has written, such as "
                      + name(other.get())
                      + "; move it, or name another destination."));
    }
    JsonObject marker = new JsonObject();
    marker.addProperty("what", "the state of an interrupted training run");
    marker.addProperty(MADE, made);
    Durability.replace(path.resolve(MARKER), marker + "\n");
  }

  static List<Path> entries(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.sorted().toList();
    }
  }

  static String name(Path entry) {
    return entry.getFileName().toString();
  }

  /** Returns the name of the file that an entry would have become, if it is a part of one. */
  static Optional<String> partialOf(Path entry) {
    return Optional.of(PARTIAL.matcher(name(entry)))
        .filter(m -> m.matches() && isOwn(m.group(1)))
        .map(m -> m.group(1));
  }

  private static boolean isOwn(Path entry) {
    return isOwn(name(entry)) || partialOf(entry).isPresent();
  }

  private static boolean isOwn(String name) {
    return name.equals(MARKER)
        || name.equals(TrainingDirectory.METRICS)
        || name.equals(DirectoryLock.FILE)
        || StateFile.NAME.matcher(name).matches();
  }

  /**
   * Removes a run's own files, the marker last, and the directory if a run has made it and nothing
   * else is in it.
   */
  static void remove(Path path, DirectoryLock lock) throws IOException {
    boolean made = marker(path).orElse(false);
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      for (Path entry : entries(path)) {
        if (isOwn(entry) && !List.of(DirectoryLock.FILE, MARKER).contains(name(entry))) {
          Files.delete(entry);
        }
      }
      Durability.ofNames(path); // no state outlasts the marker
      Files.deleteIfExists(path.resolve(MARKER));
    }
    lock.close();
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      if (!entries(path).isEmpty()) {
        LOGGER.warn("{} stays: it holds what the run did not write.", path);
      } else if (made) {
        Files.delete(path);
      }
    }
  }

  /** Returns whether a run has made the directory, if its marker is one that a run has written. */
  static Optional<Boolean> marker(Path path) {
    Path file = path.resolve(MARKER);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      JsonValue marker = JsonValue.parse(Files.readString(file), TrainingException::new);
      return Optional.of(marker.get(MADE).flag());
    } catch (IOException | TrainingException e) {
      return Optional.empty(); // what is not known to be a run's own stays
    }
  }
}
