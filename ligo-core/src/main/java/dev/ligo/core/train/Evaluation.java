package dev.ligo.core.train;

import dev.ligo.api.Backend;
import dev.ligo.api.Computation;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.model.StackTransform;
import dev.ligo.core.model.TaskModel;
import java.util.Map;
import java.util.TreeMap;

/** Measures the metrics of a task model on held-out data, without dropout. */
public final class Evaluation implements AutoCloseable {
  private final Backend backend;
  private final TaskModel<?> model;
  private final Computation computation;

  /**
   * Compiles the evaluation of a model on a task.
   *
   * @param backend the backend to compute on
   * @param model the model
   */
  public Evaluation(Backend backend, TaskModel<?> model) {
    this(backend, model, StackTransform.ALL);
  }

  /** Compiles the evaluation of a model whose layers are run along a route. */
  Evaluation(Backend backend, TaskModel<?> model, StackTransform route) {
    this.backend = backend;
    this.model = model;
    this.computation =
        backend.compile(
            (t, in) ->
                model
                    .loss(t, in.under("parameter/"), in.under("batch/"), false, route)
                    .auxiliaries());
  }

  /**
   * {@return the task's metrics over the first batches of the data}
   *
   * @param parameters the model's parameters on the device
   * @param data the batches
   * @param batches the number of batches to measure
   * @param listener follows the batches
   * @throws dev.ligo.api.CancelledException if the work is cancelled
   */
  public Map<String, Double> metrics(
      Map<String, DeviceArray> parameters,
      BatchSource data,
      long batches,
      ProgressListener listener) {
    Map<String, Double> sums = new TreeMap<>();
    Work work = new Work("evaluating", "batches", batches);
    for (long i = 0; i < batches; i++) {
      work.begin(listener);
      Map<String, HostArray> batch = new TreeMap<>();
      data.batch(i).forEach((n, a) -> batch.put("batch/" + n, a));
      Map<String, DeviceArray> inputs = backend.arrays(batch);
      try {
        Map<String, DeviceArray> all = new TreeMap<>(inputs);
        parameters.forEach((n, a) -> all.put("parameter/" + n, a));
        Map<String, DeviceArray> out = computation.run(all);
        try {
          out.forEach((n, a) -> add(sums, n, a.toHost()));
        } finally {
          out.values().forEach(DeviceArray::close);
        }
      } finally {
        inputs.values().forEach(DeviceArray::close);
      }
      work.done(listener, i + 1);
    }
    if (sums.getOrDefault("count", 1.0) == 0) {
      throw new DataException(
          "measuring "
              + model.name()
              + " on "
              + batches
              + (batches == 1 ? " batch" : " batches")
              + ": there is nothing to score; of text, every token is special or unknown to"
              + " the tokenizer's vocabulary. Measure more of the data, or other data.");
    }
    return model.metrics(sums);
  }

  /** Adds a number under its name, or each of several under {@code name/0} and so on. */
  private static void add(Map<String, Double> sums, String name, HostArray values) {
    if (values.shape().rank() == 0) {
      sums.merge(name, values.get(0), Double::sum);
      return;
    }
    for (int i = 0; i < values.size(); i++) {
      sums.merge(name + "/" + i, values.get(i), Double::sum);
    }
  }

  @Override
  public void close() {
    computation.close();
  }
}
