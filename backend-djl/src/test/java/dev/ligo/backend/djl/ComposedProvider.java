package dev.ligo.backend.djl;

import dev.ligo.api.BackendInfo;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.HostArray;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.spi.BackendProvider;
import dev.ligo.api.spi.Engine;
import dev.ligo.api.spi.Kernels;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;

/**
 * The backend with its fused operations taken away: every one answers "compose me", so that {@code
 * Tensor}'s compositions run on the same primitives.
 */
final class ComposedProvider implements BackendProvider {
  private final BackendProvider fused = new DjlBackendProvider();

  @Override
  public String name() {
    return "composed";
  }

  @Override
  public Optional<String> obstacle() {
    return fused.obstacle();
  }

  @Override
  public Engine<?> open(BackendOptions options) {
    return new ComposedEngine<>(fused.open(options));
  }

  private record ComposedEngine<H>(Engine<H> engine) implements Engine<H> {
    @Override
    public BackendInfo info() {
      return engine.info();
    }

    @Override
    public H upload(HostArray array) {
      return engine.upload(array);
    }

    @Override
    public HostArray download(H handle, TensorSpec spec) {
      return engine.download(handle, spec);
    }

    @Override
    public void release(H handle) {
      engine.release(handle);
    }

    @Override
    public Executable<H> prepare(Body<H> body, List<TensorSpec> inputs) {
      return engine.prepare((kernels, in) -> body.apply(composed(kernels), in), inputs);
    }

    @Override
    public long liveHandles() {
      return engine.liveHandles();
    }

    @Override
    public void close() {
      engine.close();
    }
  }

  @SuppressWarnings("unchecked") // the proxy stands for the kernels that it was made from
  private static <H> Kernels<H> composed(Kernels<H> kernels) {
    return (Kernels<H>)
        Proxy.newProxyInstance(
            ComposedProvider.class.getClassLoader(),
            new Class<?>[] {Kernels.class},
            (proxy, method, arguments) -> {
              if (method.getReturnType() == Optional.class) {
                return Optional.empty();
              }
              try {
                return method.invoke(kernels, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
