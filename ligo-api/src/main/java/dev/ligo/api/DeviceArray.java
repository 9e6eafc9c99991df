package dev.ligo.api;

/**
 * Data on a backend's device. It has no operations: programs compute on it. Whoever made it, or
 * received it from a run, closes it.
 */
public final class DeviceArray implements AutoCloseable {
  private final Backend backend;
  private final Object handle;
  private final TensorSpec spec;
  private boolean closed;

  DeviceArray(Backend backend, Object handle, TensorSpec spec) {
    this.backend = backend;
    this.handle = handle;
    this.spec = spec;
  }

  /** Returns the dtype and shape. */
  public TensorSpec spec() {
    return spec;
  }

  /** Returns the element type. */
  public DType dtype() {
    return spec.dtype();
  }

  /** Returns the extents. */
  public Shape shape() {
    return spec.shape();
  }

  /**
   * Returns a copy of the elements.
   *
   * @throws IllegalUseException if this array or its backend was closed
   */
  public synchronized HostArray toHost() {
    return backend.engine().download(handle("read"), spec);
  }

  Backend backend() {
    return backend;
  }

  synchronized Object handle(String action) {
    if (closed) {
      throw new IllegalUseException(
          "cannot " + action + " an array of " + spec + " that was closed or donated.");
    }
    backend.checkOpen();
    return handle;
  }

  /** Releases the device's memory. Closing twice, or after the backend, does nothing. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      backend.release(handle);
    }
  }

  @Override
  public String toString() {
    return "DeviceArray " + spec + (closed ? " (closed)" : "");
  }
}
