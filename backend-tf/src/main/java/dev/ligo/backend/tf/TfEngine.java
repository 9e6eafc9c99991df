package dev.ligo.backend.tf;

import dev.ligo.api.BackendException;
import dev.ligo.api.BackendInfo;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Device;
import dev.ligo.api.HostArray;
import dev.ligo.api.IllegalUseException;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.spi.Engine;
import dev.ligo.api.spi.Requirement;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.tensorflow.internal.c_api.TFE_Context;
import org.tensorflow.internal.c_api.TFE_TensorHandle;

/**
 * TensorFlow on one device. A program is traced once for each signature and becomes a function of
 * the context; a run calls it. Runs on several threads do not wait for each other.
 */
final class TfEngine implements Engine<Handle> {
  private final TFE_Context context;
  private final BackendInfo info;
  private final Set<Array> live = ConcurrentHashMap.newKeySet();
  private final AtomicInteger traces = new AtomicInteger();

  private TfEngine(TFE_Context context, BackendInfo info) {
    this.context = context;
    this.info = info;
  }

  static TfEngine open(BackendOptions options) {
    String version = Natives.load();
    Device device = options.device();
    int threads = Threads.claim(options.threads());
    TFE_Context context;
    List<Device> devices;
    try {
      context = Tf.newContext(threads);
      devices = Tf.devices(context);
    } catch (TfException e) {
      throw Failures.of("opening it", device, e);
    }
    if (!devices.contains(device)) {
      Tf.delete(context);
      throw Requirement.absent("TensorFlow", device, devices, Natives.requirements(device.kind()));
    }
    return new TfEngine(
        context,
        new BackendInfo("TensorFlow", version, device, devices, threads, options.precision()));
  }

  @Override
  public BackendInfo info() {
    return info;
  }

  // Arrays.

  private Array own(TFE_TensorHandle tensor) {
    Array array = new Array(tensor);
    live.add(array);
    return array;
  }

  @Override
  public Handle upload(HostArray array) {
    try {
      return own(Tf.upload(context, info.device(), array));
    } catch (TfException e) {
      throw Failures.of("copying an array of " + array.spec() + " to it", info.device(), e);
    }
  }

  @Override
  public HostArray download(Handle handle, TensorSpec spec) {
    if (spec.bytes() > Integer.MAX_VALUE) {
      throw new BackendException(
          "an array of %s takes %d bytes and the host takes less than 2 GiB; slice it in a program and read the parts."
              .formatted(spec, spec.bytes()));
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) spec.bytes());
    List<Array> held = hold(List.of(handle));
    try {
      Tf.download(held.get(0).tensor(), spec, bytes);
    } catch (TfException e) {
      throw Failures.of("copying an array of " + spec + " from it", info.device(), e);
    } finally {
      held.forEach(Array::drop);
    }
    return HostArray.wrap(spec.dtype(), spec.shape(), bytes.flip());
  }

  /** Keeps arrays until they are dropped, all or none. */
  private static List<Array> hold(List<Handle> handles) {
    List<Array> held = new ArrayList<>(handles.size());
    for (Handle handle : handles) {
      Array array = (Array) handle;
      if (!array.hold()) {
        held.forEach(Array::drop);
        throw new IllegalUseException("an array was released on another thread while it was used.");
      }
      held.add(array);
    }
    return held;
  }

  @Override
  public void release(Handle handle) {
    Array array = (Array) handle;
    if (live.remove(array)) {
      array.drop();
    }
  }

  @Override
  public long liveHandles() {
    return live.size();
  }

  // Programs.

  @Override
  public Executable<Handle> prepare(Body<Handle> body, List<TensorSpec> inputs) {
    String name = "program_" + traces.incrementAndGet();
    try (Trace trace = new Trace()) {
      List<Output> in = inputs.stream().map(trace::input).toList();
      TfKernels kernels = new TfKernels(trace, info.precision());
      List<Output> results =
          body.apply(kernels, List.copyOf(in)).stream().map(Output.class::cast).toList();
      List<Output> outputs = outputs(trace, in, results);
      List<Output> all = new ArrayList<>(in);
      kernels.seed().ifPresent(all::add);
      if (!outputs.isEmpty()) {
        trace.define(context, name, all, outputs);
      }
      return new Compiled(name, kernels.seed().isPresent(), outputs.size());
    } catch (TfException e) {
      throw Failures.of("tracing a program", info.device(), e);
    }
  }

  /** A function's outputs differ from each other and from its inputs. */
  private static List<Output> outputs(Trace trace, List<Output> inputs, List<Output> results) {
    Set<Output> taken = new HashSet<>(inputs);
    return results.stream().map(r -> taken.add(r) ? r : trace.identity(r)).toList();
  }

  /** A program that has become a function of the context. */
  private final class Compiled implements Executable<Handle> {
    private final String name;
    private final boolean seeded;
    private final int outputs;

    Compiled(String name, boolean seeded, int outputs) {
      this.name = name;
      this.seeded = seeded;
      this.outputs = outputs;
    }

    @Override
    public List<Handle> run(List<Handle> inputs, List<Boolean> donated, long seed) {
      if (outputs == 0) {
        return List.of();
      }
      List<Array> held = new ArrayList<>(hold(inputs));
      try {
        if (seeded) {
          held.add(new Array(Tf.upload(context, Device.CPU, TfKernels.seed(seed))));
        }
        List<TFE_TensorHandle> arguments = held.stream().map(Array::tensor).toList();
        List<Handle> results = new ArrayList<>(outputs);
        for (TFE_TensorHandle tensor : Tf.call(context, name, info.device(), arguments, outputs)) {
          results.add(own(tensor));
        }
        return results;
      } catch (TfException e) {
        throw Failures.of("running a program", info.device(), e);
      } finally {
        held.forEach(Array::drop);
      }
    }

    @Override
    public void close() {
      if (outputs > 0) {
        Graphs.remove(context, name);
      }
    }
  }

  /** Returns how many programs were traced, each for one signature. */
  int traces() {
    return traces.get();
  }

  /** Returns whether the context still has the function of the n-th trace, counted from 1. */
  boolean hasFunction(int n) {
    return Graphs.hasFunction(context, "program_" + n);
  }

  @Override
  public void close() {
    live.forEach(this::release);
    Tf.delete(context);
  }
}
