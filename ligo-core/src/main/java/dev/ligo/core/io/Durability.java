package dev.ligo.core.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes files and names through to the disk, so that they outlast a loss of power. */
public final class Durability {
  private Durability() {}

  /**
   * Writes a text file whole or not at all, in the place of one that is there; a link there is
   * replaced and not followed.
   *
   * @param file the file
   * @param text its content
   * @throws IOException if it cannot be written
   */
  public static void replace(Path file, String text) throws IOException {
    Path partial = file.resolveSibling("." + file.getFileName() + ".partial");
    Files.deleteIfExists(partial);
    Files.writeString(partial, text, StandardOpenOption.CREATE_NEW);
    ofFile(partial);
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    ofNames(file.toAbsolutePath().getParent());
  }

  /**
   * Creates a directory, and those above it that are not there, through to the disk.
   *
   * @param directory an absolute path
   * @throws IOException if one cannot be created
   */
  public static void createDirectories(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      createDirectories(directory.getParent());
      Files.createDirectory(directory);
      ofNames(directory.getParent());
    }
  }

  /**
   * Writes the content of a file through to the disk.
   *
   * @param file a file that is there
   * @throws IOException if the disk fails
   */
  public static void ofFile(Path file) throws IOException {
    UninterruptedFile.force(file, StandardOpenOption.WRITE);
  }

  /**
   * Writes the names in a directory through to the disk. Where a directory cannot be opened as a
   * file, as on Windows, nothing is done.
   *
   * @param directory a directory that is there
   * @throws IOException if the disk fails
   */
  public static void ofNames(Path directory) throws IOException {
    if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
      UninterruptedFile.force(directory, StandardOpenOption.READ);
    }
  }
}
