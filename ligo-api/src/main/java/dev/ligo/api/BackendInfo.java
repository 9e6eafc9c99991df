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
 * @param precision what products are computed in
 */
public record BackendInfo(
    String engine,
    String version,
    Device device,
    List<Device> devices,
    int threads,
    Precision precision) {
  /**
   * Copies the list.
   *
   * @param engine the engine's name, such as "PyTorch"
   * @param version the engine's version
   * @param device where it computes
   * @param devices all devices that it could compute on
   * @param threads how many threads one operation may use
   * @param precision what products are computed in
   */
  public BackendInfo {
    devices = List.copyOf(devices);
  }

  /**
   * Describes an engine that computes in float32.
   *
   * @param engine the engine's name, such as "PyTorch"
   * @param version the engine's version
   * @param device where it computes
   * @param devices all devices that it could compute on
   * @param threads how many threads one operation may use
   */
  public BackendInfo(
      String engine, String version, Device device, List<Device> devices, int threads) {
    this(engine, version, device, devices, threads, Precision.FLOAT32);
  }

  /** {@return engine, version, device and threads in words} */
  public String describe() {
    return engineOnDevice() + ", " + threads + (threads == 1 ? " thread" : " threads");
  }

  /**
   * {@return the engine with its version and the device, such as "PyTorch 2.7.1 on cpu", and the
   * precision where it is not float32}
   */
  public String engineOnDevice() {
    String products = precision == Precision.FLOAT32 ? "" : " in " + precision;
    return engine + " " + version + " on " + device + products;
  }
}
