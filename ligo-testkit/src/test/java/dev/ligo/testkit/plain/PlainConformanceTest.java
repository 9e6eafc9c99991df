package dev.ligo.testkit.plain;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.spi.BackendProvider;
import dev.ligo.backend.plain.PlainBackendProvider;
import dev.ligo.testkit.BackendConformance;
import dev.ligo.testkit.Behaviour;
import java.util.Set;

/** The plain backend passes the kit; and the kit passes a backend that is as it should be. */
class PlainConformanceTest extends BackendConformance {
  @Override
  protected Backend open() {
    return Backend.open(provider(), BackendOptions.cpu());
  }

  @Override
  protected BackendProvider provider() {
    return new PlainBackendProvider();
  }

  /** Eager, computing integers as doubles, on one thread. */
  @Override
  protected Set<Behaviour> behaviours() {
    return Set.of(Behaviour.RECOMPUTES);
  }
}
