package com.example.plain;

import dev.ligo.core.data.ProgressListener;
import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.api.HostArray;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.model.TaskModel;
import dev.ligo.core.train.Moments;
import dev.ligo.core.train.Objective;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.Trainer;
import dev.ligo.core.train.TrainingOptions;
import dev.ligo.core.train.TrainingSetup;
import dev.ligo.core.train.TrainingState;
import dev.ligo.core.train.TrainingStrategy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Grows a checkpoint by a method of its own, and trains the larger one on every backend that the
 * arguments name, plainly and by a strategy of its own.
 */
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
      TrainingStrategy freeze = ligo.strategy("freeze");
      TrainingStrategy most = freeze.with(freeze.values().parse("layers", "3"));
      System.out.println(most.described() + " moves " + moved(backends.get(0), large, most));
    } finally {
      backends.forEach(Backend::close);
    }
  }

  /** Returns a batch of ones. */
  private static SortedMap<String, HostArray> batch(TaskModel<?> model) {
    SortedMap<String, HostArray> batch = new TreeMap<>();
    model
        .batchSpecs(2, 8)
        .forEach(
            (name, spec) -> {
              HostArray ones = HostArray.zeros(spec.dtype(), spec.shape());
              for (int i = 0; i < ones.size(); i++) {
                ones.set(i, 1);
              }
              batch.put(name, ones);
            });
    return batch;
  }

  /** Returns the layers that a step by a strategy moves. */
  private static Set<Integer> moved(
      Backend backend, Checkpoint checkpoint, TrainingStrategy strategy) {
    TaskModel<?> model = checkpoint.model().forPretraining();
    Map<String, HostArray> before = checkpoint.values();
    TrainingOptions options =
        new TrainingOptions(
            1,
            1,
            new Schedule(Schedule.Decay.CONSTANT, 1e-3, 0, 1, 0),
            Optimizer.adamW(0.01),
            1,
            1,
            0);
    TrainingSetup setup =
        new TrainingSetup(
            model.batchSpecs(2, 8), List.of(strategy), Optional.empty(), Moments.NONE);
    BatchSource ones =
        new BatchSource() {
          @Override
          public SortedMap<String, HostArray> batch(long index) {
            return Main.batch(model);
          }

          @Override
          public long batchesPerPass() {
            return 1;
          }
        };
    Set<Integer> layers = new TreeSet<>();
    try (Trainer trainer = new Trainer(backend, model, before, options, setup)) {
      trainer.run(1, ones, Optional.empty(), ProgressListener.SILENT);
      Map<String, HostArray> after = trainer.values();
      for (Parameter p : model.spec().layout().parameters()) {
        for (int l = 0; p.stack().isPresent() && l < model.spec().layout().layers(p); l++) {
          if (!after.get(p.at(l)).bytes().equals(before.get(p.at(l)).bytes())) {
            layers.add(l);
          }
        }
      }
    }
    return layers;
  }

  private static List<Double> losses(Backend backend, Checkpoint checkpoint) {
    ModelSpec<?> model = checkpoint.model();
    String task = model.pretraining();
    Map<String, HostArray> batch = batch(model.forTask(task));
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
