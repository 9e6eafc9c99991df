package dev.ligo.api;

import java.util.OptionalInt;

/**
 * How to open a backend.
 *
 * @param device where to compute
 * @param threads how many threads one operation may use; empty leaves it to the engine
 */
public record BackendOptions(Device device, OptionalInt threads) {
  /** Refuses thread counts below 1. */
  public BackendOptions {
    if (threads.isPresent() && threads.getAsInt() < 1) {
      throw new LigoException(
          "a backend needs at least 1 thread, found " + threads.getAsInt() + ".");
    }
  }

  /** Returns the options for the CPU with the engine's own number of threads. */
  public static BackendOptions cpu() {
    return new BackendOptions(Device.CPU, OptionalInt.empty());
  }

  /** Returns these options on another device. */
  public BackendOptions withDevice(Device device) {
    return new BackendOptions(device, threads);
  }

  /** Returns these options with a number of threads. */
  public BackendOptions withThreads(int threads) {
    return new BackendOptions(device, OptionalInt.of(threads));
  }
}
