package dev.ligo.core.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files that stand in a directory. */
final class DirectoryListing {
  private DirectoryListing() {}

  /** Returns the names of the regular files, or links to such, sorted. */
  static List<String> of(Path directory) {
    try (Stream<Path> paths = Files.list(directory)) {
      return paths
          .filter(Files::isRegularFile)
          .map(path -> path.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw CheckpointException.of(directory, "cannot be listed", e);
    }
  }
}
