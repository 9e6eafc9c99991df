package dev.ligo.backend.djl;

import dev.ligo.api.BackendException;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Device;
import dev.ligo.api.Precision;
import dev.ligo.api.spi.BackendProvider;
import dev.ligo.api.spi.Engine;
import dev.ligo.api.spi.PackedLibraries;
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
  public Engine<?> open(BackendOptions options) {
    ai.djl.engine.Engine torch = Natives.load();
    List<Device> devices = Natives.devices(torch);
    if (!devices.contains(options.device())) {
      throw new BackendException(absent(options.device(), devices));
    }
    return new DjlEngine(torch, options, devices);
  }

  private static String absent(Device asked, List<Device> devices) {
    String found = "device " + asked + " was asked for, PyTorch found " + devices + "; ";
    return devices.size() > 1
        ? found + "choose one of these."
        : found
            + "check that nvidia-smi lists a GPU and that PyTorch's libraries are built for CUDA"
            + " (Maven profile 'cuda', or PYTORCH_LIBRARY_PATH, PYTORCH_VERSION and PYTORCH_FLAVOR"
            + " for an installed libtorch), or compute on cpu.";
  }
}
