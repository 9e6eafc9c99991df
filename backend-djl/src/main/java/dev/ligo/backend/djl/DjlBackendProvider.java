package dev.ligo.backend.djl;

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

/** Provides the backend "pytorch". */
public final class DjlBackendProvider implements BackendProvider {
  @Override
  public String name() {
    return "pytorch";
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
    return kind == Device.Kind.CUDA ? Natives.requirementsOfGpu() : List.of();
  }

  @Override
  public Engine<?> open(BackendOptions options) {
    ai.djl.engine.Engine torch = Natives.load();
    List<Device> devices = Natives.devices(torch);
    if (!devices.contains(options.device())) {
      Device asked = options.device();
      throw Requirement.absent(torch.getEngineName(), asked, devices, requirements(asked.kind()));
    }
    return new DjlEngine(torch, options, devices);
  }
}
