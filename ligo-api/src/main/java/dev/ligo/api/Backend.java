package dev.ligo.api;

import dev.ligo.api.spi.BackendProvider;
import dev.ligo.api.spi.Engine;
import dev.ligo.api.spi.PackedLibraries;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * An open backend: an engine on a device. Opened through {@link Backends}; whoever opened it closes
 * it, which waits for the runs and copies in progress, and frees the computations and arrays that
 * are left. Any thread may use it, and several may at once.
 */
public final class Backend implements AutoCloseable {
  private final String name;
  private final Engine<Object> engine;
  private final Set<Computation> computations = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Thread> applying = ConcurrentHashMap.newKeySet();
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private volatile boolean closed;

  @SuppressWarnings("unchecked") // handles of an engine go back to that engine alone
  private Backend(String name, Engine<?> engine) {
    this.name = name;
    this.engine = (Engine<Object>) engine;
  }

  /**
   * Opens a provider's engine; {@link Backends#open} finds the provider by its name.
   *
   * @param provider what opens the engine
   * @param options the device and the number of threads
   * @return the backend, to be closed
   * @throws BackendException if it cannot run here, with what to do
   */
  public static Backend open(BackendProvider provider, BackendOptions options) {
    return open(provider, options, PackedLibraries.Listener.SILENT);
  }

  static Backend open(
      BackendProvider provider, BackendOptions options, PackedLibraries.Listener unpacking) {
    provider
        .obstacle()
        .ifPresent(
            why -> {
              throw new BackendException(
                  "backend '" + provider.name() + "' cannot run here: " + why);
            });
    requireAble(provider, options);
    provider.libraries().ifPresent(l -> l.unpack(unpacking));
    return new Backend(provider.name(), provider.open(options));
  }

  /** Refuses what a provider declares that it can't do. */
  static void requireAble(BackendProvider provider, BackendOptions options) {
    if (!provider.computesOn(options.device())) {
      throw new BackendException(
          "backend '"
              + provider.name()
              + "' does not compute on "
              + options.device()
              + "; compute on cpu, or with another backend.");
    }
    if (!provider.precisions().contains(options.precision())) {
      throw new BackendException(
          "backend '"
              + provider.name()
              + "' does not compute in "
              + options.precision()
              + "; it computes in "
              + provider.precisions().stream()
                  .map(Precision::toString)
                  .sorted()
                  .collect(Collectors.joining(" and "))
              + ".");
    }
  }

  /** {@return the name by which it was chosen} */
  public String name() {
    return name;
  }

  /** {@return the engine, its version, device and threads} */
  public BackendInfo info() {
    return engine.info();
  }

  /**
   * Copies a host array to the device.
   *
   * @param data the values to copy
   * @return the array, to be closed
   */
  public DeviceArray array(HostArray data) {
    return using(e -> new DeviceArray(this, e.upload(data), data.spec()));
  }

  /**
   * Copies host arrays to the device, under the same names.
   *
   * @param data the values to copy
   * @return the arrays under the same names, each to be closed
   */
  public Map<String, DeviceArray> arrays(Map<String, HostArray> data) {
    Map<String, DeviceArray> out = new TreeMap<>();
    try {
      data.forEach((n, a) -> out.put(n, array(a)));
      return out;
    } catch (RuntimeException | Error e) {
      out.values().forEach(DeviceArray::close);
      throw e;
    }
  }

  /**
   * Compiles a program.
   *
   * @param program the function to run
   * @return the computation, to be closed
   */
  public Computation compile(Program program) {
    return using(
        e -> {
          Computation c = new Computation(this, program);
          synchronized (computations) {
            computations.add(c);
          }
          return c;
        });
  }

  /** {@return the number of arrays on the device that were not yet closed} */
  public long liveArrays() {
    lock.readLock().lock();
    try {
      return closed ? 0 : engine.liveHandles();
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Does something with the engine, which is not closed meanwhile. */
  <R> R using(Function<Engine<Object>, R> action) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalUseException("backend '" + name + "' was used after it was closed.");
      }
      return action.apply(engine);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Applies a program on this thread, which reads no array meanwhile. */
  <R> R applying(Supplier<R> application) {
    boolean outermost = applying.add(Thread.currentThread());
    try {
      return application.get();
    } finally {
      if (outermost) {
        applying.remove(Thread.currentThread());
      }
    }
  }

  boolean isApplying() {
    return applying.contains(Thread.currentThread());
  }

  void release(Object handle) {
    free(() -> engine.release(handle));
  }

  /** Frees something of the engine's, which has freed it itself if it was closed. */
  void free(Runnable action) {
    lock.readLock().lock();
    try {
      if (!closed) {
        action.run();
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  void forget(Computation computation) {
    synchronized (computations) {
      computations.remove(computation);
    }
  }

  /**
   * Frees everything that is left on the device, after the runs and copies in progress on other
   * threads. Closing twice does nothing.
   *
   * @throws IllegalUseException if a program that runs on this backend closes it
   */
  @Override
  public void close() {
    if (lock.getReadHoldCount() > 0) {
      throw new IllegalUseException(
          "backend '"
              + name
              + "' was closed by a program that runs on it; close it after the run.");
    }
    lock.writeLock().lock();
    try {
      if (!closed) {
        List<Computation> left;
        synchronized (computations) {
          left = List.copyOf(computations);
        }
        left.forEach(Computation::close);
        closed = true;
        engine.close();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  @Override
  public String toString() {
    return name + " on " + engine.info().device();
  }
}
