package dev.ligo.backend.djl;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDManager;
import dev.ligo.api.BackendException;
import dev.ligo.api.BackendInfo;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Device;
import dev.ligo.api.HostArray;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.spi.Engine;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * PyTorch on one device. It records as it runs, so that a program is applied anew at each run. Runs
 * on several threads do not wait for each other: what torch sets for a process, the seed of its
 * generator, is guarded where it is used.
 */
final class DjlEngine implements Engine<Handle> {
  private final BackendInfo info;
  private final PtNDManager manager;
  private final Constants constants;
  private final Scripts scripts;
  private final AtomicLong live = new AtomicLong();

  DjlEngine(ai.djl.engine.Engine torch, BackendOptions options, List<Device> devices) {
    int threads = options.threads().orElse(Natives.defaultThreads());
    info =
        new BackendInfo(
            torch.getEngineName(),
            torch.getVersion(),
            options.device(),
            devices,
            threads,
            options.precision());
    manager = (PtNDManager) torch.newBaseManager(device(options.device()));
    constants = new Constants(manager);
    scripts = new Scripts(manager);
  }

  private static ai.djl.Device device(Device device) {
    return device.kind() == Device.Kind.CPU
        ? ai.djl.Device.cpu()
        : ai.djl.Device.gpu(device.index());
  }

  @Override
  public BackendInfo info() {
    return info;
  }

  @Override
  public Handle upload(HostArray array) {
    try {
      Handle h = new Handle(Torch.upload(manager, array), Storage.exclusive());
      live.incrementAndGet();
      return h;
    } catch (EngineException e) {
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
    try {
      Torch.download(handle.array(), spec, bytes);
    } catch (EngineException e) {
      throw Failures.of("copying an array of " + spec + " from it", info.device(), e);
    }
    return HostArray.wrap(spec.dtype(), spec.shape(), bytes.flip());
  }

  @Override
  public void release(Handle handle) {
    handle.free();
    live.decrementAndGet();
  }

  @Override
  public Executable<Handle> prepare(Body<Handle> body, List<TensorSpec> inputs) {
    return new Executable<>() {
      @Override
      public List<Handle> run(List<Handle> handles, List<Boolean> donated, long seed) {
        return DjlEngine.this.run(body, handles, donated, seed);
      }

      @Override
      public void close() {}
    };
  }

  private List<Handle> run(
      Body<Handle> body, List<Handle> inputs, List<Boolean> donated, long seed) {
    Set<Handle> gifts = new HashSet<>();
    Set<Storage> kept = new HashSet<>();
    for (int i = 0; i < inputs.size(); i++) {
      if (donated.get(i)) {
        gifts.add(inputs.get(i));
      } else {
        kept.add(inputs.get(i).storage());
      }
    }
    Regions regions = new Regions();
    Torch torch = new Torch(manager, regions);
    ThreadState before = ThreadState.enter(info.threads());
    try {
      List<Handle> results =
          body.apply(
              new DjlKernels(torch, regions, scripts, constants, info.precision(), gifts, seed),
              inputs);
      List<Handle> outputs = outputs(torch, regions, results);
      for (Handle output : outputs) {
        if (!kept.add(output.storage())) {
          output.storage().share();
        }
        regions.pass(output);
      }
      live.addAndGet(outputs.size());
      return outputs;
    } catch (EngineException e) {
      throw Failures.of("running a program", info.device(), e);
    } finally {
      regions.end();
      before.restore();
    }
  }

  /** Gives a handle of its own to each result that is an input, a constant or an earlier result. */
  private static List<Handle> outputs(Torch torch, Regions regions, List<Handle> results) {
    Set<Handle> taken = new HashSet<>();
    List<Handle> outputs = new ArrayList<>();
    for (Handle result : results) {
      boolean free = regions.owns(result) && taken.add(result);
      outputs.add(free ? result : torch.detach(result));
    }
    return outputs;
  }

  @Override
  public long liveHandles() {
    return live.get();
  }

  /** Returns the number of native arrays that exist, given out or not. */
  int nativeArrays() {
    return manager.getManagedArrays().size();
  }

  /** Returns the number of native arrays that the engine keeps for itself. */
  int keptArrays() {
    return constants.size();
  }

  @Override
  public void close() {
    manager.close();
  }
}
