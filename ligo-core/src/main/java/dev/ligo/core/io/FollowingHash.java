package dev.ligo.core.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/**
 * Computes the SHA-256 of a file while it is written: a thread of its own reads what will not
 * change any more, out of the system's cache, and is nearly done when the writing is. Where a file
 * is not written from its beginning to its end, the rest is read when it is whole.
 */
public final class FollowingHash implements AutoCloseable {
  private static final int AT_ONCE = 1 << 18;

  /** The bytes from which a thread pays. */
  private static final long WORTH_A_THREAD = 1 << 24;

  private final Path file;
  private final MessageDigest digest = Hashes.sha256();
  private final Thread thread;
  private long whole;
  private long read;
  private boolean started;
  private boolean stopped;

  /**
   * Creates the hash of a file that has yet to be written.
   *
   * @param file the file
   */
  public FollowingHash(Path file) {
    this.file = file;
    this.thread = DaemonThread.of("hash of " + file.getFileName(), this::follow);
  }

  /**
   * Says how much of the file will not change any more.
   *
   * @param bytes the number of bytes from the beginning on, never less than before
   */
  public synchronized void reached(long bytes) {
    whole = bytes;
    if (!started && whole - read >= WORTH_A_THREAD) {
      started = true;
      thread.start();
    }
    notifyAll();
  }

  /** Reads what is whole, until it is stopped; where that fails, the rest is left to the end. */
  private void follow() {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(AT_ONCE);
      while (awaitMore()) {
        update(channel, buffer);
      }
    } catch (IOException e) {
      stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean awaitMore() throws InterruptedException {
    while (read == whole && !stopped) {
      wait();
    }
    return !stopped;
  }

  private synchronized void stop() {
    stopped = true;
    notifyAll();
  }

  private synchronized int next() {
    return (int) Math.min(AT_ONCE, whole - read);
  }

  /** Adds the next bytes to the digest, which one thread at a time does. */
  private void update(FileChannel channel, ByteBuffer buffer) throws IOException {
    buffer.clear().limit(next());
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, read + buffer.position()) < 0) {
        throw new EOFException("the file ends before its end");
      }
    }
    digest.update(buffer.flip());
    synchronized (this) {
      read += buffer.limit();
    }
  }

  /**
   * Ends the following, and reads what is left.
   *
   * @param bytes the size of the file, which is written now
   * @return the SHA-256 of the file, in lower-case hexadecimal
   * @throws IOException if it cannot be read
   */
  public String finish(long bytes) throws IOException {
    close();
    synchronized (this) {
      whole = bytes;
    }
    try (UninterruptedFile rest = UninterruptedFile.open(file)) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(AT_ONCE);
      while (next() > 0) {
        buffer.clear().limit(next());
        rest.fill(buffer, read);
        digest.update(buffer);
        read += buffer.limit();
      }
    }
    return Hashes.hex(digest);
  }

  /** Ends the following; a second call does nothing. */
  @Override
  public void close() {
    stop();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
