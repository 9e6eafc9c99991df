package dev.ligo.backend.tf;

import dev.ligo.api.BackendOptions;
import dev.ligo.api.Device;
import dev.ligo.api.Precision;
import dev.ligo.api.spi.BackendProvider;
import dev.ligo.api.spi.Engine;
import dev.ligo.api.spi.PackedLibraries;
import dev.ligo.api.spi.Requirement;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Provides the backend "tensorflow". */
public final class TfBackendProvider implements BackendProvider {
  @Override
  public String name() {
    return "tensorflow";
  }

  @Override
  public Optional<String> obstacle() {
    return Natives.obstacle();
  }

  @Override
  public Optional<PackedLibraries> libraries() {
    return Natives.packed();
  }

  @Override
  public Set<Precision> precisions() {
    return Set.of(Precision.FLOAT32, Precision.BF16);
  }

  @Override
  public List<Requirement> requirements(Device.Kind kind) {
    return Natives.requirements(kind);
  }

  @Override
  public Engine<?> open(BackendOptions options) {
    return TfEngine.open(options);
  }
}
