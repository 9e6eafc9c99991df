package dev.ligo.it;

import dev.ligo.api.Backend;
import dev.ligo.api.Backends;
import dev.ligo.testkit.BackendConformance;
import org.junit.jupiter.api.condition.EnabledIf;

/** The PyTorch backend keeps the contract. */
@EnabledIf("dev.ligo.it.TestBackends#hasPyTorch")
class PyTorchConformanceTest extends BackendConformance {
  @Override
  protected Backend open() {
    return Backends.open("pytorch", DeviceUnderTest.options());
  }
}
