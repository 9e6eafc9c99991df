package dev.ligo.backend.tf;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.spi.BackendProvider;
import dev.ligo.api.spi.Engine;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A backend for one test, with a look at the engine behind it. */
final class OpenBackend implements AutoCloseable {
  private final Backend backend;
  private final TfEngine engine;

  private OpenBackend(Backend backend, TfEngine engine) {
    this.backend = backend;
    this.engine = engine;
  }

  /** Opens on the CPU with one thread: tests run side by side. */
  static OpenBackend onCpu() {
    Capturing provider = new Capturing();
    Backend backend = Backend.open(provider, BackendOptions.cpu().withThreads(1));
    return new OpenBackend(backend, (TfEngine) provider.engine);
  }

  Backend backend() {
    return backend;
  }

  TfEngine engine() {
    return engine;
  }

  DeviceArray array(HostArray data) {
    return backend.array(data);
  }

  DeviceArray scalar(DType dtype, double value) {
    return backend.array(HostArray.scalar(dtype, value));
  }

  @Override
  public void close() {
    backend.close();
  }

  static void closeAll(Map<String, DeviceArray> arrays) {
    arrays.values().forEach(DeviceArray::close);
  }

  private static final class Capturing implements BackendProvider {
    private final BackendProvider provider = new TfBackendProvider();
    private @Nullable Engine<?> engine;

    @Override
    public String name() {
      return provider.name();
    }

    @Override
    public Optional<String> obstacle() {
      return provider.obstacle();
    }

    @Override
    public Engine<?> open(BackendOptions options) {
      engine = provider.open(options);
      return engine;
    }
  }
}
