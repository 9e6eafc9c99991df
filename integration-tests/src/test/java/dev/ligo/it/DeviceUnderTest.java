package dev.ligo.it;

import dev.ligo.api.BackendOptions;
import dev.ligo.api.Device;

/** The device on which the backends' conformance is tested. */
final class DeviceUnderTest {
  private DeviceUnderTest() {}

  /** Returns one thread and the device that LIGO_DEVICE names, the processor by default. */
  static BackendOptions options() {
    Device device = Device.parse(System.getenv().getOrDefault("LIGO_DEVICE", "cpu"));
    return BackendOptions.cpu().withThreads(1).withDevice(device);
  }
}
