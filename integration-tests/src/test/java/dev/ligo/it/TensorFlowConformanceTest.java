package dev.ligo.it;

import dev.ligo.api.Backend;
import dev.ligo.api.Backends;
import dev.ligo.testkit.BackendConformance;
import dev.ligo.testkit.Behaviour;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.condition.EnabledIf;

/** The TensorFlow backend keeps the contract. */
@EnabledIf("dev.ligo.it.TestBackends#hasTensorFlow")
class TensorFlowConformanceTest extends BackendConformance {
  @Override
  protected Backend open() {
    return Backends.open("tensorflow", DeviceUnderTest.options());
  }

  @Override
  protected Set<Behaviour> behaviours() {
    return EnumSet.of(
        Behaviour.TRACES, Behaviour.EXACT_INT64, Behaviour.RECOMPUTES, Behaviour.BFLOAT16);
  }
}
