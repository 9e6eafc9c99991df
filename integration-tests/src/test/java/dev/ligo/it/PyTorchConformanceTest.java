package dev.ligo.it;

import dev.ligo.api.Backend;
import dev.ligo.api.Backends;
import dev.ligo.testkit.BackendConformance;

/** The PyTorch backend keeps the contract. */
class PyTorchConformanceTest extends BackendConformance {
  @Override
  protected Backend open() {
    return Backends.open("pytorch", DeviceUnderTest.options());
  }
}
