package dev.ligo.backend.plain;

import dev.ligo.api.BackendOptions;
import dev.ligo.api.Device;
import dev.ligo.api.spi.BackendProvider;
import dev.ligo.api.spi.Engine;
import java.util.Optional;

/** Opens the backend in plain Java, on the CPU alone. */
public final class PlainBackendProvider implements BackendProvider {
  /** Creates the provider. */
  public PlainBackendProvider() {}

  @Override
  public String name() {
    return "plain";
  }

  @Override
  public Optional<String> obstacle() {
    return Optional.empty();
  }

  @Override
  public Optional<String> purpose() {
    return Optional.of("for tests: slow and exact");
  }

  @Override
  public boolean computesOn(Device device) {
    return device.equals(Device.CPU);
  }

  @Override
  public Engine<PlainArray> open(BackendOptions options) {
    return new PlainEngine();
  }
}
