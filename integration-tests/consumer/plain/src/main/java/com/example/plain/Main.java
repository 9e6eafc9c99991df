package com.example.plain;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.api.HostArray;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.train.Objective;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.TrainingState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Grows a checkpoint by a method of its own, and trains the larger one on every backend that the arguments name. */
public final class Main {
  private static final int STEPS = 3;

  private Main() {}

  /** Takes a checkpoint directory, one to be written, and the names of backends. */
  public static void main(String[] arguments) {
    Ligo ligo = Ligo.create();
    Path grown = Path.of(arguments[1]);
    try (Checkpoint small = ligo.open(Path.of(arguments[0]))) {
      ligo.grow(small, "mirror").to(Sizes.SAME.withLayers(4)).save(grown);
    }
    List<Backend> backends = new ArrayList<>(); // all open at once
    try (Checkpoint large = ligo.open(grown)) {
      for (String name : List.of(arguments).subList(2, arguments.length)) {
        backends.add(Backends.open(name, BackendOptions.cpu().withThreads(1)));
      }
      for (Backend backend : backends) {
        System.out.println(backend.name() + " " + losses(backend, large));
      }
    } finally {
      backends.forEach(Backend::close);
    }
  }

  private static List<Double> losses(Backend backend, Checkpoint checkpoint) {
    ModelSpec<?> model = checkpoint.model();
    String task = model.pretraining();
    Map<String, HostArray> batch = new TreeMap<>();
    model
        .forTask(task).batchSpecs(2, 8)
        .forEach(
            (name, spec) -> {
              HostArray ones = HostArray.zeros(spec.dtype(), spec.shape());
              for (int i = 0; i < ones.size(); i++) {
                ones.set(i, 1);
              }
              batch.put(name, ones);
            });
    Objective objective =
        (t, variables, constants, in) -> model.forTask(task).loss(t, variables, in, false);
    List<Double> losses = new ArrayList<>();
    try (TrainingState training =
        new TrainingState(
            backend,
            objective,
            Optimizer.adamW(0.01),
            checkpoint.values(),
            Map.of(),
            name -> true,
            1)) {
      for (int step = 0; step < STEPS; step++) {
        losses.add(training.step(List.of(batch), 1e-3, 0).loss());
      }
    }
    return losses;
  }
}
