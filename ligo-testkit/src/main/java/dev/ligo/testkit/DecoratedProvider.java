package dev.ligo.testkit;

import dev.ligo.api.BackendInfo;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Device;
import dev.ligo.api.HostArray;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.spi.BackendProvider;
import dev.ligo.api.spi.Engine;
import dev.ligo.api.spi.Kernels;
import java.util.List;
import java.util.Optional;

/**
 * A backend that differs from another in its kernels alone.
 *
 * @param provider the other backend
 * @param decorator makes these kernels from the other's
 */
record DecoratedProvider(BackendProvider provider, Decorator decorator) implements BackendProvider {
  /** Makes kernels from others, whatever their handles. */
  @FunctionalInterface
  interface Decorator {
    <H> Kernels<H> decorate(Kernels<H> kernels);
  }

  @Override
  public String name() {
    return provider.name();
  }

  @Override
  public Optional<String> obstacle() {
    return provider.obstacle();
  }

  @Override
  public boolean computesOn(Device device) {
    return provider.computesOn(device);
  }

  @Override
  public Engine<?> open(BackendOptions options) {
    return new DecoratedEngine<>(provider.open(options), decorator);
  }

  private record DecoratedEngine<H>(Engine<H> engine, Decorator decorator) implements Engine<H> {
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
      return engine.prepare(
          (kernels, handles) -> body.apply(decorator.decorate(kernels), handles), inputs);
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
}
