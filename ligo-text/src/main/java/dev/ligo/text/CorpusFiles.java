package dev.ligo.text;

import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The files of a corpus: those named, and the {@code .txt} and {@code .txt.gz} below directories.
 */
final class CorpusFiles {
  private CorpusFiles() {}

  /**
   * Returns the files, directories replaced by the texts below them in the order of their relative
   * names, which is the same on every system.
   *
   * @throws DataException if a path does not exist, or a directory has no text
   */
  static List<Path> find(List<Path> paths) {
    if (paths.isEmpty()) {
      throw new DataException("reading text: expected files or directories, found none.");
    }
    List<Path> files = new ArrayList<>();
    for (Path path : paths) {
      DataPath.requireThere("reading text from ", path);
      if (Files.isDirectory(path)) {
        files.addAll(below(path));
      } else {
        files.add(path);
      }
    }
    return List.copyOf(files);
  }

  private static List<Path> below(Path directory) {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(directory)) {
      files =
          walk.filter(file -> isText(file) && Files.isRegularFile(file))
              .sorted(Comparator.comparing(file -> relativeName(directory, file)))
              .toList();
    } catch (IOException e) {
      throw DataException.unreadable("listing the directory " + directory + ": ", e);
    } catch (UncheckedIOException e) {
      throw DataException.unreadable("listing the directory " + directory + ": ", e.getCause());
    }
    if (files.isEmpty()) {
      throw new DataException(
          "reading text from the directory "
              + directory
              + ": expected .txt or .txt.gz files in it or below, found none.");
    }
    return files;
  }

  private static String relativeName(Path directory, Path file) {
    return directory.relativize(file).toString().replace('\\', '/');
  }

  private static boolean isText(Path file) {
    String name = lowerName(file);
    return name.endsWith(".txt") || name.endsWith(".txt.gz");
  }

  /** Returns whether a file is compressed with gzip, by its name. */
  static boolean isCompressed(Path file) {
    return lowerName(file).endsWith(".gz");
  }

  private static String lowerName(Path file) {
    return file.getFileName().toString().toLowerCase(Locale.ROOT);
  }
}
