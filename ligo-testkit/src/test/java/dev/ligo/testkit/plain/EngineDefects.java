package dev.ligo.testkit.plain;

import dev.ligo.api.BackendInfo;
import dev.ligo.api.DType;
import dev.ligo.api.Device;
import dev.ligo.api.HostArray;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.spi.Engine;
import dev.ligo.api.spi.Kernels;
import dev.ligo.backend.plain.PlainArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Memory, errors and threads: what surrounds the operations. */
final class EngineDefects {
  private EngineDefects() {}

  static List<Defect> all() {
    List<Defect> all = new ArrayList<>(memory());
    all.addAll(manners());
    return all;
  }

  private static List<Defect> memory() {
    return List.of(
        new Defect("a run leaves a handle behind", "aLoopKeepsTheNumberOfLiveArrays", Leaking::new),
        new Defect(
            "a failed run leaves a handle behind", "aFailedRunLeavesNothing", LeakingErrors::new),
        new Defect("a release counts twice", "aLoopKeepsTheNumberOfLiveArrays", DoubleCount::new),
        new Defect(
            "an output is the input's own handle",
            "outputsOutliveInputsAndEachOther",
            OwnHandles::new),
        new Defect(
            "an upload keeps the host's memory", "bothDirectionsCopy", UploadWithoutCopy::new),
        new Defect("int64 is truncated to int32", "extremesComeBack", Truncating::new),
        new Defect(
            "a donated input is overwritten while it is needed",
            "aDonatedInputMayBeAnOutput",
            EarlyReuse::new),
        Defect.ofKernels(
            "a negation works in place", "outputsOutliveInputsAndEachOther", InPlace::new),
        Defect.ofKernels(
            "a scope frees what passes through it",
            "aScopeReturnsWhateverTensorsItIsGiven",
            FreeingScope::new),
        Defect.ofKernels(
            "a region that is run again passes no gradient",
            "recomputingChangesNoLossAndNoGradient",
            StoppingRegion::new));
  }

  private static List<Defect> manners() {
    return List.of(
        new Defect("an error is wrapped in another", "aFailedRunLeavesNothing", Wrapping::new),
        new Defect(
            "an absent device is replaced by the CPU",
            "everyDeviceThatItListsCanBeOpened",
            Pretending::new),
        new Defect(
            "a device is listed that lacks its driver",
            "aDeviceThatItListsLacksNothing",
            Pretending::new),
        new Defect(
            "gradients only on the thread that opened the backend",
            "severalThreadsMayShareABackendAndAComputation",
            OneThread::new),
        new Defect(
            "a result depends on how often it was computed",
            "theSameInputsAndSeedGiveTheSameBits",
            Drifting::new),
        new Defect(
            "a program is applied once, against what is declared",
            "programsAreTracedAsDeclared",
            Remembering::new));
  }

  private static final class Leaking extends ForwardingEngine {
    Leaking(Engine<PlainArray> engine) {
      super(engine);
    }

    @Override
    List<PlainArray> run(
        Executable<PlainArray> executable,
        List<PlainArray> handles,
        List<Boolean> donated,
        long seed) {
      upload(HostArray.scalar(DType.FLOAT32, 0));
      return super.run(executable, handles, donated, seed);
    }
  }

  private static final class LeakingErrors extends ForwardingEngine {
    LeakingErrors(Engine<PlainArray> engine) {
      super(engine);
    }

    @Override
    List<PlainArray> run(
        Executable<PlainArray> executable,
        List<PlainArray> handles,
        List<Boolean> donated,
        long seed) {
      PlainArray workspace = upload(HostArray.scalar(DType.FLOAT32, 0));
      List<PlainArray> out = super.run(executable, handles, donated, seed);
      release(workspace);
      return out;
    }
  }

  private static final class DoubleCount extends ForwardingEngine {
    private long released;

    DoubleCount(Engine<PlainArray> engine) {
      super(engine);
    }

    @Override
    public void release(PlainArray handle) {
      super.release(handle);
      released++;
    }

    @Override
    public long liveHandles() {
      return super.liveHandles() - released;
    }
  }

  /** Gives an output that has an input's values the input's handle, and is asked to keep both. */
  private static final class OwnHandles extends ForwardingEngine {
    OwnHandles(Engine<PlainArray> engine) {
      super(engine);
    }

    @Override
    List<PlainArray> run(
        Executable<PlainArray> executable,
        List<PlainArray> handles,
        List<Boolean> donated,
        long seed) {
      List<PlainArray> out = new ArrayList<>(super.run(executable, handles, donated, seed));
      for (int i = 0; i < out.size(); i++) {
        for (PlainArray in : handles) {
          HostArray a = in.values();
          HostArray b = out.get(i).values();
          if (a.spec().equals(b.spec()) && a.bytes().equals(b.bytes())) {
            release(out.get(i));
            out.set(i, in);
            break;
          }
        }
      }
      return out;
    }
  }

  private static final class UploadWithoutCopy extends ForwardingEngine {
    private final IdentityHashMap<PlainArray, HostArray> uploaded = new IdentityHashMap<>();

    UploadWithoutCopy(Engine<PlainArray> engine) {
      super(engine);
    }

    @Override
    public PlainArray upload(HostArray array) {
      PlainArray handle = super.upload(array);
      uploaded.put(handle, array);
      return handle;
    }

    @Override
    public HostArray download(PlainArray handle, TensorSpec spec) {
      HostArray sound = super.download(handle, spec);
      return uploaded.containsKey(handle) ? PlainArray.copy(uploaded.get(handle)) : sound;
    }
  }

  private static final class Truncating extends ForwardingEngine {
    Truncating(Engine<PlainArray> engine) {
      super(engine);
    }

    @Override
    public PlainArray upload(HostArray array) {
      return array.dtype() == DType.INT64
          ? super.upload(
              HostArray.of(
                  array.shape(), Arrays.stream(array.toLongs()).map(v -> (int) v).toArray()))
          : super.upload(array);
    }
  }

  private static final class EarlyReuse extends ForwardingEngine {
    EarlyReuse(Engine<PlainArray> engine) {
      super(engine);
    }

    @Override
    List<PlainArray> run(
        Executable<PlainArray> executable,
        List<PlainArray> handles,
        List<Boolean> donated,
        long seed) {
      for (int h = 0; h < handles.size(); h++) {
        HostArray memory = handles.get(h).values();
        for (int i = 0; donated.get(h) && i < memory.size(); i++) {
          memory.set(i, 0);
        }
      }
      return super.run(executable, handles, donated, seed);
    }
  }

  private static final class InPlace extends ForwardingKernels {
    InPlace(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public PlainArray unary(Unary function, PlainArray x, TensorSpec result) {
      PlainArray y = super.unary(function, x, result);
      if (function == Unary.NEGATE) {
        IntStream.range(0, y.size()).forEach(i -> x.values().set(i, y.get(i)));
      }
      return y;
    }
  }

  private static final class FreeingScope extends ForwardingKernels {
    FreeingScope(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public List<PlainArray> scope(Supplier<List<PlainArray>> region) {
      List<PlainArray> results = super.scope(region);
      List<PlainArray> kept =
          results.stream().map(r -> PlainArray.constant(PlainArray.copy(r.values()))).toList();
      for (PlainArray freed : results) {
        IntStream.range(0, freed.size()).forEach(i -> freed.values().set(i, 0));
      }
      return kept;
    }
  }

  private static final class StoppingRegion extends ForwardingKernels {
    StoppingRegion(Kernels<PlainArray> k) {
      super(k);
    }

    @Override
    public PlainArray recomputed(Supplier<PlainArray> region) {
      return stopGradient(super.recomputed(region));
    }
  }

  private static final class Wrapping extends ForwardingEngine {
    Wrapping(Engine<PlainArray> engine) {
      super(engine);
    }

    @Override
    List<PlainArray> run(
        Executable<PlainArray> executable,
        List<PlainArray> handles,
        List<Boolean> donated,
        long seed) {
      try {
        return super.run(executable, handles, donated, seed);
      } catch (RuntimeException e) {
        throw new IllegalStateException("a run failed", e);
      }
    }
  }

  /** Lists a device that it never opens. */
  private static final class Pretending extends ForwardingEngine {
    Pretending(Engine<PlainArray> engine) {
      super(engine);
    }

    @Override
    public BackendInfo info() {
      BackendInfo i = super.info();
      List<Device> devices = List.of(Device.CPU, new Device(Device.Kind.CUDA, 0));
      return new BackendInfo(i.engine(), i.version(), i.device(), devices, i.threads());
    }
  }

  private static final class OneThread extends ForwardingEngine {
    private final Thread opener = Thread.currentThread();

    OneThread(Engine<PlainArray> engine) {
      super(engine);
    }

    @Override
    List<PlainArray> run(
        Executable<PlainArray> executable,
        List<PlainArray> handles,
        List<Boolean> donated,
        long seed) {
      if (Thread.currentThread() != opener) {
        throw new IllegalStateException("nothing is recorded on this thread");
      }
      return super.run(executable, handles, donated, seed);
    }
  }

  private static final class Drifting extends ForwardingEngine {
    private int runs;

    Drifting(Engine<PlainArray> engine) {
      super(engine);
    }

    @Override
    public Executable<PlainArray> prepare(Body<PlainArray> body, List<TensorSpec> inputs) {
      return super.prepare((k, in) -> body.apply(drifting(k), in), inputs);
    }

    private Kernels<PlainArray> drifting(Kernels<PlainArray> sound) {
      double drift = runs++ * 0x1p-52;
      return new ForwardingKernels(sound) {
        @Override
        public PlainArray unary(Unary function, PlainArray x, TensorSpec result) {
          PlainArray y = super.unary(function, x, result);
          return function == Unary.TANH ? y.revalued(i -> y.get(i) * (1 + drift)) : y;
        }
      };
    }
  }

  /** Gives what the first run with the same inputs gave. */
  private static final class Remembering extends ForwardingEngine {
    private final Map<Executable<PlainArray>, List<PlainArray>> results = new HashMap<>();

    Remembering(Engine<PlainArray> engine) {
      super(engine);
    }

    @Override
    List<PlainArray> run(
        Executable<PlainArray> executable,
        List<PlainArray> handles,
        List<Boolean> donated,
        long seed) {
      return results.computeIfAbsent(executable, e -> super.run(e, handles, donated, seed)).stream()
          .map(r -> upload(r.values()))
          .toList();
    }
  }
}
