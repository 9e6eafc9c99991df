package dev.ligo.core.data;

import dev.ligo.core.io.RegularFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** Says what stands where data should be, for errors that name it. */
public final class DataPath {
  private DataPath() {}

  /**
   * Refuses a path that leads to neither a file nor a directory.
   *
   * @param reading what is being read, with a space after it, such as "reading text from "
   * @param path the path
   * @throws DataException if it does not, with what it leads to
   */
  public static void requireThere(String reading, Path path) {
    if (path.toString().isBlank()) {
      throw new DataException(
          reading + "'" + path + "': expected the name of a file or directory; name one.");
    }
    if (!Files.isRegularFile(path) && !Files.isDirectory(path)) {
      throw refused(reading, path, "a file or directory");
    }
  }

  /**
   * Refuses a path that does not lead to a file.
   *
   * @param reading what is being read, with a space after it, such as "reading text from "
   * @param path the path
   * @throws DataException if it does not, with what it leads to
   */
  public static void requireFile(String reading, Path path) {
    if (!Files.isRegularFile(path)) {
      throw refused(reading, path, "a file");
    }
  }

  private static DataException refused(String reading, Path path, String expected) {
    return new DataException(
        reading
            + path
            + ": expected "
            + expected
            + ", found "
            + RegularFile.kind(path)
            + "; check the path.");
  }
}
