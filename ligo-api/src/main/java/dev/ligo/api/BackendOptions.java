package dev.ligo.api;

import java.util.OptionalInt;

/**
 * How to open a backend.
 *
 * @param device where to compute
 * @param threads how many threads one operation may use; empty leaves it to the engine
 * @param precision what products are computed in
 */
public record BackendOptions(Device device, OptionalInt threads, Precision precision) {
  /**
   * Refuses thread counts below 1.
   *
   * @param device where to compute
   * @param threads how many threads one operation may use; empty leaves it to the engine
   * @param precision what products are computed in
   */
  public BackendOptions {
    if (threads.isPresent() && threads.getAsInt() < 1) {
      throw new LigoException(
          "a backend needs at least 1 thread, found " + threads.getAsInt() + ".");
    }
  }

  /**
   * Options that compute in float32.
   *
   * @param device where to compute
   * @param threads how many threads one operation may use; empty leaves it to the engine
   */
  public BackendOptions(Device device, OptionalInt threads) {
    this(device, threads, Precision.FLOAT32);
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
    return new BackendOptions(device, threads, precision);
  }

  /**
   * {@return these options with another precision}
   *
   * @param precision what products are computed in
   */
  public BackendOptions withPrecision(Precision precision) {
    return new BackendOptions(device, threads, precision);
  }

  /**
   * {@return these options with a number of threads}
   *
   * @param threads the number of threads, 0 for the engine's own choice
   */
  public BackendOptions withThreads(int threads) {
    return new BackendOptions(device, OptionalInt.of(threads), precision);
  }
}
