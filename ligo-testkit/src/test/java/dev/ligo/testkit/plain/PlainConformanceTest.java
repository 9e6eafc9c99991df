package dev.ligo.testkit.plain;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.spi.BackendProvider;
import dev.ligo.testkit.BackendConformance;

/** The plain backend passes the kit; and the kit passes a backend that is as it should be. */
class PlainConformanceTest extends BackendConformance {
  @Override
  protected Backend open() {
    return Backend.open(provider(), BackendOptions.cpu());
  }

  @Override
  protected BackendProvider provider() {
    return new PlainProvider();
  }
}
