package dev.ligo.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FollowingHashTest {
  /** More than what a thread is started for, and no whole number of what is read at once. */
  private static final int SIZE = (1 << 25) + 12_345;

  @TempDir Path directory;

  private byte[] content() {
    byte[] content = new byte[SIZE];
    new Random(1).nextBytes(content);
    return content;
  }

  /** Zero: nothing is said to be whole before the end. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1 << 20, 17_000_000, SIZE})
  void theHashIsThatOfTheWholeFile(int stretch) throws IOException {
    byte[] content = content();
    Path file = directory.resolve("file");
    try (FollowingHash hash = new FollowingHash(file);
        RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      for (int from = 0; stretch > 0 && from < SIZE; from += stretch) {
        int n = Math.min(stretch, SIZE - from);
        out.write(content, from, n);
        hash.reached(from + n);
      }
      if (stretch == 0) {
        out.write(content);
      }
      assertThat(hash.finish(SIZE)).isEqualTo(Hashes.sha256(content));
    }
  }

  @Test
  void aFileThatIsTooShortIsAnError() throws IOException {
    Path file = directory.resolve("file");
    Files.write(file, content());
    try (FollowingHash hash = new FollowingHash(file)) {
      hash.reached(SIZE + 1L);
      assertThatThrownBy(() -> hash.finish(SIZE + 1L)).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void aHashThatIsGivenUpLeavesNoThread() throws IOException {
    Path file = directory.resolve("given-up");
    Files.write(file, content());
    try (FollowingHash hash = new FollowingHash(file)) {
      hash.reached(SIZE);
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("hash of given-up");
  }
}
