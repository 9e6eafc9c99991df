package dev.ligo.api;

import java.util.OptionalInt;

/**
 * How to open a backend.
 *
 * @param device where to compute
 * @param threads how many threads one operation may use; empty leaves it to the engine
 */
public record BackendOptions(Device device, OptionalInt threads) {
  /**
   * Refuses thread counts below 1.
   *
   * @param device where to compute
   * @param threads how many threads one operation may use; empty leaves it to the engine
   */
  public BackendOptions {
    if (threads.isPresent() && threads.getAsInt() < 1) {
      throw new LigoException(
          "a backend needs at least 1 thread, found " + threads.getAsInt() + ".");
    }
  }

  /** {@return the options for the CPU with the engine's own number of threads} */
  public static BackendOptions cpu() {
    return new BackendOptions(Device.CPU, OptionalInt.empty());
  }

  /**
   * {@return these options on another device}
   *
   * @param device where arrays lie and programs run
   */
  public BackendOptions withDevice(Device device) {
    return new BackendOptions(device, threads);
  }

  /**
   * {@return these options with a number of threads}
   *
   * @param threads the number of threads, 0 for the engine's own choice
   */
  public BackendOptions withThreads(int threads) {
    return new BackendOptions(device, OptionalInt.of(threads));
  }
}
