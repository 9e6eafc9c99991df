package dev.ligo.core.train;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A file that one process at a time writes, so that two runs with one destination do not mix. */
public final class ExclusiveFile {
  /** A byte beyond all content: where locks are mandatory, the file can be read nevertheless. */
  private static final long BEYOND = Long.MAX_VALUE - 1;

  private ExclusiveFile() {}

  /**
   * Opens a file, or creates it, with the content that it has.
   *
   * @return the channel, whose closing lets go of the file; none if another run has the file open
   */
  public static Optional<FileChannel> open(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (isLocked(channel)) {
      return Optional.of(channel);
    }
    channel.close();
    return Optional.empty();
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock(BEYOND, 1, false) != null;
    } catch (OverlappingFileLockException e) {
      return false; // held in this process
    }
  }
}
