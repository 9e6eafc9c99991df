package dev.ligo.api;

/**
 * Data on a backend's device. It has no operations: programs compute on it. Whoever made it, or
 * received it from a run, closes it; closed while another thread's run uses it, it is freed when
 * that run ends.
 */
public final class DeviceArray implements AutoCloseable {
  private final Backend backend;
  private final Object handle;
  private final TensorSpec spec;
  private final RefCount refCount;

  DeviceArray(Backend backend, Object handle, TensorSpec spec) {
    this.backend = backend;
    this.handle = handle;
    this.spec = spec;
    this.refCount = new RefCount(() -> backend.release(handle));
  }

  /** {@return the dtype and shape} */
  public TensorSpec spec() {
    return spec;
  }

  /** {@return the element type} */
  public DType dtype() {
    return spec.dtype();
  }

  /** {@return the extents} */
  public Shape shape() {
    return spec.shape();
  }

  /**
   * {@return a copy of the elements}
   *
   * @throws IllegalUseException if this array or its backend was closed, or a program reads it
   */
  public HostArray toHost() {
    if (backend.isApplying()) {
      throw new IllegalUseException(
          "an array of "
              + spec
              + " was read inside a program, where its value would stay that of the first run; pass"
              + " it as an input, and read outputs after the run.");
    }
    return backend.using(
        engine -> {
          if (!refCount.enter()) {
            throw closed("read");
          }
          try {
            return engine.download(handle, spec);
          } finally {
            refCount.leave();
          }
        });
  }

  Backend backend() {
    return backend;
  }

  Object handle() {
    return handle;
  }

  /** Keeps the memory until {@link #leave}, for a run. */
  void enter() {
    if (!refCount.enter()) {
      throw closed("run a program on");
    }
  }

  /** Closes, and keeps the memory until {@link #leave}, for a run that it is donated to. */
  void donate() {
    if (!refCount.enterAlone()) {
      throw refCount.isClosed()
          ? closed("run a program on")
          : new IllegalUseException(
              "cannot donate an array of " + spec + " that another run is using; wait for it.");
    }
  }

  void leave() {
    refCount.leave();
  }

  private IllegalUseException closed(String action) {
    return new IllegalUseException(
        "cannot " + action + " an array of " + spec + " that was closed or donated.");
  }

  /** Releases the device's memory. Closing twice, or after the backend, does nothing. */
  @Override
  public void close() {
    refCount.close();
  }

  @Override
  public String toString() {
    return "DeviceArray " + spec + (refCount.isClosed() ? " (closed)" : "");
  }
}
