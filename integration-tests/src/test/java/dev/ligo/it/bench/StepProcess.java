package dev.ligo.it.bench;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.api.HostArray;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.SafetensorsFile;
import dev.ligo.core.train.TrainingOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A process that trains a checkpoint for a few steps and writes the model, as {@code ligo pretrain}
 * does: what {@link StepMemory} watches.
 */
final class StepProcess {
  /** So many that all memory of a step has been taken, and given back, and taken again. */
  static final int STEPS = 3;

  private StepProcess() {}

  /** The arguments: checkpoint, batches, destination, engine, threads, and whether to recompute. */
  public static void main(String[] arguments) {
    Path checkpoint = Path.of(arguments[0]);
    Path destination = Path.of(arguments[2]);
    int threads = Integer.parseInt(arguments[4]);
    TrainingOptions options =
        TrainingOptions.builder(STEPS)
            .evaluateEvery(TrainingOptions.AT_END)
            .checkpointActivations(Boolean.parseBoolean(arguments[5]))
            .build();
    Ligo ligo = Ligo.create();
    try (Backend backend = Backends.open(arguments[3], BackendOptions.cpu().withThreads(threads));
        Checkpoint source = ligo.open(checkpoint)) {
      ligo.pretrain(source, 0)
          .data(batches(Path.of(arguments[1])))
          .backend(backend)
          .options(options)
          .save(destination);
    }
  }

  /** Reads batches whose arrays are named INDEX/NAME. */
  private static ReadyBatches batches(Path file) {
    SortedMap<Integer, SortedMap<String, HostArray>> batches = new TreeMap<>();
    try (SafetensorsFile f = SafetensorsFile.open(file)) {
      for (String name : f.entries().keySet()) {
        int slash = name.indexOf('/');
        batches
            .computeIfAbsent(Integer.valueOf(name.substring(0, slash)), i -> new TreeMap<>())
            .put(name.substring(slash + 1), f.read(name));
      }
    }
    return new ReadyBatches(List.copyOf(batches.values()));
  }
}
