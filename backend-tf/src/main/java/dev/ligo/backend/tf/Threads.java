package dev.ligo.backend.tf;

import dev.ligo.api.BackendException;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of TensorFlow's operations: the process has one pool, which its first use fixes. */
final class Threads {
  private static final AtomicInteger POOL = new AtomicInteger();

  private Threads() {}

  /**
   * Returns the number of threads of the process's pool, which becomes the number asked for, or one
   * for each processor, if no backend was opened before.
   *
   * @throws BackendException if it is another number already
   */
  static int claim(OptionalInt asked) {
    return claim(POOL, asked);
  }

  static int claim(AtomicInteger pool, OptionalInt asked) {
    pool.compareAndSet(0, asked.orElse(Runtime.getRuntime().availableProcessors()));
    int threads = pool.get();
    if (asked.orElse(threads) != threads) {
      throw new BackendException(
          "TensorFlow was asked for "
              + asked.getAsInt()
              + " threads and computes with "
              + threads
              + " in this process, since the first backend was opened so; ask for "
              + threads
              + " or leave the number out, or start another process.");
    }
    return threads;
  }
}
