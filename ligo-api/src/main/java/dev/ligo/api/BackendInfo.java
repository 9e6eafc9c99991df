package dev.ligo.api;

import java.util.List;

/**
 * What a backend turned out to be when it was opened.
 *
 * @param engine the engine's name, such as "PyTorch"
 * @param version the engine's version
 * @param device where it computes
 * @param devices all devices that it could compute on
 * @param threads how many threads one operation may use
 */
public record BackendInfo(
    String engine, String version, Device device, List<Device> devices, int threads) {
  /**
   * Copies the list.
   *
   * @param engine the engine's name, such as "PyTorch"
   * @param version the engine's version
   * @param device where it computes
   * @param devices all devices that it could compute on
   * @param threads how many threads one operation may use
   */
  public BackendInfo {
    devices = List.copyOf(devices);
  }

  /** {@return engine, version, device and threads in words} */
  public String describe() {
    return engineOnDevice() + ", " + threads + (threads == 1 ? " thread" : " threads");
  }

  /** {@return the engine with its version and the device, such as "PyTorch 2.7.1 on cpu"} */
  public String engineOnDevice() {
    return engine + " " + version + " on " + device;
  }
}
