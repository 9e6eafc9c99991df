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

/** What a run of a program of one operation costs, against that operation called directly. */
final class OneOperation implements Benchmark {
  private static final int CALLS = 20_000;

  @Override
  public String name() {
    return "call";
  }

  @Override
  public String summary() {
    return "a program of one operation, against the operation called directly";
  }

  @Override
  public List<Result> run(Settings settings) {
    try (Backend backend = LigoTraining.open(settings);
        DeviceArray x = backend.array(HostArray.zeros(DType.FLOAT32, Shape.of(8)));
        Computation twice =
            backend.compile((t, in) -> NamedTensors.of("y", in.get("x").add(in.get("x"))));
        NDManager manager = Engine.getEngine("PyTorch").newBaseManager(Device.cpu());
        NDArray a = manager.create(new float[8])) {
      Map<String, DeviceArray> inputs = Map.of("x", x);
      Runnable programs = () -> repeat(() -> twice.run(inputs).get("y").close());
      Runnable calls = () -> repeat(() -> a.add(a).close());
      Rounds rounds = Rounds.of(settings.rounds(), List.of(programs, calls));
      return List.of(
          Result.of("program of one operation", rounds.best(0) / CALLS * 1e6, "µs")
              .against(
                  "DJL's own call",
                  rounds.best(1) / CALLS * 1e6,
                  rounds.ratio(0, 1),
                  rounds.medianRatio(0, 1)));
    }
  }

  private static void repeat(Runnable call) {
    for (int i = 0; i < CALLS; i++) {
      call.run();
    }
  }
}
