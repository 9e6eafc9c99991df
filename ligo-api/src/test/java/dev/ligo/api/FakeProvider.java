package dev.ligo.api;

import dev.ligo.api.spi.BackendProvider;
import dev.ligo.api.spi.Engine;
import java.util.Optional;

/**
 * Provides a fake engine.
 *
 * @param name its name
 * @param obstacle why it cannot run, if so
 * @param engine what it opens
 */
record FakeProvider(String name, Optional<String> obstacle, FakeEngine engine)
    implements BackendProvider {
  static FakeProvider of(FakeEngine engine) {
    return new FakeProvider("fake", Optional.empty(), engine);
  }

  @Override
  public Engine<?> open(BackendOptions options) {
    return engine;
  }
}
