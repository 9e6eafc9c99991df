package dev.ligo.it.bench;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.ligo.api.Backend;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import java.util.List;
import java.util.Map;

/** Measures a run of a program of one operation, on PyTorch also against a direct call. */
final class OneOperation implements Benchmark {
  private static final int CALLS = 20_000;
  private static final Bar MOST = Bar.atMost(60);

  @Override
  public String name() {
    return "call";
  }

  @Override
  public String summary() {
    return "a program of one operation, on each engine, and the operation called directly";
  }

  @Override
  public List<Result> run(Settings settings) {
    try (Call torch = new Call("pytorch", settings);
        Call tensorflow = new Call("tensorflow", settings);
        NDManager manager = Engine.getEngine("PyTorch").newBaseManager(Device.cpu());
        NDArray a = manager.create(new float[8])) {
      Runnable direct = () -> repeat(() -> a.add(a).close());
      Rounds rounds = Rounds.of(settings, List.of(torch, tensorflow, direct));
      return List.of(
          result("PyTorch, program of one operation", rounds, 0).bar(MOST),
          result("TensorFlow, program of one operation", rounds, 1).bar(MOST),
          result("DJL's own call of the operation", rounds, 2));
    }
  }

  private static Result result(String name, Rounds rounds, int contestant) {
    return Result.of(name, rounds.best(contestant) / CALLS * 1e6, "µs");
  }

  private static void repeat(Runnable call) {
    for (int i = 0; i < CALLS; i++) {
      call.run();
    }
  }

  /** Many runs of one program. */
  private static final class Call implements Runnable, AutoCloseable {
    private final Backend backend;
    private final Computation twice;
    private final Map<String, DeviceArray> inputs;

    Call(String engine, Settings settings) {
      backend = LigoTraining.open(engine, settings);
      inputs = Map.of("x", backend.array(HostArray.zeros(DType.FLOAT32, Shape.of(8))));
      twice = backend.compile((t, in) -> NamedTensors.of("y", in.get("x").add(in.get("x"))));
    }

    @Override
    public void run() {
      repeat(() -> twice.run(inputs).get("y").close());
    }

    @Override
    public void close() {
      backend.close();
    }
  }
}
