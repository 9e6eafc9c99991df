package dev.ligo.core.io;

import dev.ligo.api.Wording;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that are read: a pipe or a device in the place of one, which may never end, is refused. */
public final class RegularFile {
  private RegularFile() {}

  /**
   * {@return what a path leads to, in words: "a file", "a directory", "a device or pipe", where a
   * link leads that leads nowhere, or "nothing"}
   *
   * @param path the path
   */
  public static String kind(Path path) {
    if (!Files.exists(path)) {
      return Wording.danglingLink(path).orElse("nothing");
    }
    return Files.isDirectory(path)
        ? "a directory"
        : Files.isRegularFile(path) ? "a file" : "a device or pipe";
  }

  /**
   * Refuses what is there and no file. Of what is not there, the reading itself tells.
   *
   * @param path the path
   * @throws IOException if it is a directory, a pipe or a device
   */
  public static void require(Path path) throws IOException {
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new FileSystemException(path.toString(), null, "expected a file, found " + kind(path));
    }
  }

  /**
   * {@return the text of a file, in UTF-8}
   *
   * @param path the file
   * @throws IOException if it cannot be read, or is no file
   */
  public static String text(Path path) throws IOException {
    require(path);
    return Files.readString(path);
  }

  /**
   * Opens a file.
   *
   * @param path the file
   * @return its bytes, to be closed
   * @throws IOException if it cannot be opened, or is no file
   */
  public static InputStream open(Path path) throws IOException {
    require(path);
    return Files.newInputStream(path);
  }
}
