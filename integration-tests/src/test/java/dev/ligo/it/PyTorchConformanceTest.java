package dev.ligo.it;

import dev.ligo.api.Backend;
import dev.ligo.api.Backends;
import dev.ligo.testkit.BackendConformance;
import dev.ligo.testkit.Behaviour;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.condition.EnabledIf;

/** The PyTorch backend keeps the contract. */
@EnabledIf("dev.ligo.it.TestBackends#hasPyTorch")
class PyTorchConformanceTest extends BackendConformance {
  @Override
  protected Backend open() {
    return Backends.open("pytorch", DeviceUnderTest.options());
  }

  @Override
  protected Set<Behaviour> behaviours() {
    return EnumSet.of(
        Behaviour.EXACT_INT64,
        Behaviour.THREADS_OF_ITS_OWN,
        Behaviour.RECOMPUTES,
        Behaviour.BFLOAT16);
  }
}
