package dev.ligo.core.checkpoint;

import dev.ligo.core.io.UninterruptedFile;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Where checkpoints are written: the file system, or in tests one that fills up. */
interface Disk {
  /** The file system. */
  Disk SYSTEM =
      new Disk() {
        @Override
        public SeekableByteChannel create(Path file) throws IOException {
          return UninterruptedFile.create(file);
        }

        @Override
        public OptionalLong usableBytes(Path directory) {
          try {
            long bytes = Files.getFileStore(directory).getUsableSpace();
            // Some network file systems report nothing: that is no reason to refuse.
            return bytes > 0 ? OptionalLong.of(bytes) : OptionalLong.empty();
          } catch (IOException e) {
            return OptionalLong.empty();
          }
        }
      };

  /** Creates a file that is not there yet, for writing. */
  SeekableByteChannel create(Path file) throws IOException;

  /** Returns the number of bytes that can be written below a directory, where that is known. */
  OptionalLong usableBytes(Path directory);

  /**
   * Checks, before any work, that there is room.
   *
   * @param directory an existing directory on the disk that is to be written to
   * @param file what is to be written, for messages
   * @throws CheckpointException if there are fewer bytes left than needed
   */
  default void requireUsable(Path directory, Path file, long bytes) {
    OptionalLong usable = usableBytes(directory);
    if (usable.isPresent() && usable.getAsLong() < bytes) {
      throw new CheckpointException(
          file,
          "needs "
              + bytes
              + " bytes, but its disk has "
              + usable.getAsLong()
              + " left; free some space or write elsewhere.");
    }
  }
}
