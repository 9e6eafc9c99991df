package dev.ligo.core.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UninterruptedFileTest {
  private static final int BYTES = 1 << 12;

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void name() {
    path = directory.resolve("file");
  }

  @AfterEach
  void clear() {
    assertThat(Thread.interrupted()).as("left for the next test").isFalse();
  }

  private static byte[] content() {
    byte[] bytes = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) {
      bytes[i] = (byte) (i * 31);
    }
    return bytes;
  }

  @Test
  void anInterruptedThreadWritesAndReads() throws IOException {
    Thread.currentThread().interrupt();
    try (UninterruptedFile file = UninterruptedFile.create(path)) {
      file.position(2);
      assertThat(file.write(ByteBuffer.wrap(content()))).isEqualTo(BYTES);
      file.position(0);
      file.write(ByteBuffer.wrap(new byte[] {7, 8}));
      assertThat(file.size()).isEqualTo(BYTES + 2);
    }
    try (UninterruptedFile file = UninterruptedFile.open(path)) {
      ByteBuffer read = ByteBuffer.allocate(3);
      assertThat(file.read(read)).isEqualTo(3);
      assertThat(read.array()).containsExactly(7, 8, content()[0]);
      byte[] filled = new byte[BYTES];
      file.fill(ByteBuffer.wrap(filled), 2);
      assertThat(filled).isEqualTo(content());
    }
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void interruptsAtAnyTimeLoseNoByte() throws IOException, InterruptedException {
    Thread worker = Thread.currentThread();
    AtomicBoolean done = new AtomicBoolean();
    Thread interrupts =
        new Thread(
            () -> {
              while (!done.get()) {
                worker.interrupt();
                Thread.onSpinWait();
              }
            });
    interrupts.start();
    try (UninterruptedFile file = UninterruptedFile.create(path)) {
      for (byte b : content()) {
        file.write(ByteBuffer.wrap(new byte[] {b}));
      }
    }
    byte[] read = new byte[BYTES];
    try (UninterruptedFile file = UninterruptedFile.open(path)) {
      for (int i = 0; i < BYTES; i++) {
        ByteBuffer one = ByteBuffer.wrap(read, i, 1);
        assertThat(file.read(one)).isOne();
        ByteBuffer again = ByteBuffer.allocate(1);
        file.fill(again, i);
        assertThat(again.get(0)).isEqualTo(read[i]);
      }
    }
    done.set(true);
    while (interrupts.isAlive()) {
      Thread.onSpinWait();
    }
    assertThat(Thread.interrupted()).isTrue();
    assertThat(read).isEqualTo(content());
    assertThat(Files.readAllBytes(path)).isEqualTo(content());
  }

  @Test
  void isClosedOnce() throws IOException {
    UninterruptedFile file = UninterruptedFile.create(path);
    file.close();
    file.close();
    assertThat(file.isOpen()).isFalse();
    assertThatThrownBy(() -> file.write(ByteBuffer.allocate(1)))
        .isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> UninterruptedFile.create(path))
        .isInstanceOf(FileAlreadyExistsException.class);
  }
}
