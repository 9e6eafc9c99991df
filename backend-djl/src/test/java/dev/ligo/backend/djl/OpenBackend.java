package dev.ligo.backend.djl;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.api.spi.BackendProvider;
import dev.ligo.api.spi.Engine;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A backend for one test, with a look at the engine behind it. */
final class OpenBackend implements AutoCloseable {
  private final Backend backend;
  private final DjlEngine engine;

  private OpenBackend(Backend backend, DjlEngine engine) {
    this.backend = backend;
    this.engine = engine;
  }

  /** Opens on the CPU with one thread: tests run side by side. */
  static OpenBackend onCpu() {
    Capturing provider = new Capturing();
    Backend backend = Backend.open(provider, BackendOptions.cpu().withThreads(1));
    return new OpenBackend(backend, (DjlEngine) provider.engine);
  }

  Backend backend() {
    return backend;
  }

  /** Returns the number of native arrays that neither the caller nor the engine's cache holds. */
  long strayArrays() {
    return engine.nativeArrays() - engine.keptArrays() - engine.liveHandles();
  }

  long liveArrays() {
    return backend.liveArrays();
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

  /** Returns an array of normal random numbers. */
  static HostArray normal(DType dtype, long seed, int... dims) {
    Random random = new Random(seed);
    HostArray a = HostArray.zeros(dtype, Shape.of(dims));
    for (int i = 0; i < a.size(); i++) {
      a.set(i, random.nextGaussian());
    }
    return a;
  }

  static void closeAll(Map<String, DeviceArray> arrays) {
    arrays.values().forEach(DeviceArray::close);
  }

  private static final class Capturing implements BackendProvider {
    private final BackendProvider provider = new DjlBackendProvider();
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
