package dev.ligo.core.model;

import dev.ligo.api.Backend;
import dev.ligo.api.Computation;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.LigoException;
import dev.ligo.api.NamedTensors;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataRequest;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Computes a task model's logits and outputs on batches, without dropout. The parameters stay on
 * the device until {@link #close}; each shape of a batch is compiled once.
 *
 * <p>A batch holds the task's arrays by name, see {@link TaskModel#batchSpecs}; labels are not
 * read, and may be left out.
 */
public final class Predictor implements AutoCloseable {
  /** What families call the last hidden states among their outputs. */
  private static final String HIDDEN = "hidden";

  private static final String LOGITS = "logits";
  private static final String PARAMETER = "parameter/";
  private static final String BATCH = "batch/";

  private final Backend backend;
  private final TaskModel<?> model;
  private final Computation logits;
  private final Computation outputs;
  private final Map<String, DeviceArray> parameters;

  /**
   * Copies the parameters to a backend's device.
   *
   * @param backend where the model runs; it stays its opener's to close
   * @param model the model and the task
   * @param values the values of the model's parameters, by name
   */
  public Predictor(Backend backend, TaskModel<?> model, Map<String, HostArray> values) {
    this.backend = backend;
    this.model = model;
    this.logits =
        backend.compile(
            (t, x) ->
                NamedTensors.of(
                    LOGITS, model.logits(t, x.under(PARAMETER), x.under(BATCH), false)));
    this.outputs =
        backend.compile(
            (t, x) -> model.spec().forward(t, x.under(PARAMETER), x.under(BATCH), false));
    this.parameters = backend.arrays(prefixed(PARAMETER, values));
  }

  /** {@return the model and the task whose logits are computed} */
  public TaskModel<?> model() {
    return model;
  }

  /**
   * Reads data as batches of the task.
   *
   * @param request the data, the sizes of a batch and what to draw from
   * @return the batches
   * @throws dev.ligo.core.data.DataException if the data cannot be read or does not fit the model
   */
  public BatchSource batches(DataRequest request) {
    return model.batches(request);
  }

  /**
   * Computes the logits of the task's head.
   *
   * @param batch the batch's arrays by name
   * @return the logits, (rows, classes), a row for each position or example that the task scores
   * @throws LigoException if the model has no head of the task, or an array is missing
   */
  public HostArray logits(Map<String, HostArray> batch) {
    if (!model.hasHead()) {
      throw new LigoException(
          "computing logits of "
              + model.name()
              + ": the model has no head for it; train one, or ask for the hidden states.");
    }
    return run(logits, batch).get(LOGITS);
  }

  /**
   * Computes the last hidden states, before any head.
   *
   * @param batch the batch's arrays by name
   * @return the hidden states, (batch, sequence, hidden)
   * @throws LigoException if the family has no output "hidden", or an array is missing
   */
  public HostArray hiddenStates(Map<String, HostArray> batch) {
    SortedMap<String, HostArray> found = outputs(batch);
    HostArray hidden = found.get(HIDDEN);
    if (hidden == null) {
      throw new LigoException(
          "computing hidden states: the family has no output '"
              + HIDDEN
              + "', but "
              + found.keySet()
              + "; ask for the outputs by name.");
    }
    return hidden;
  }

  /**
   * Computes all named outputs of the family's {@linkplain Architecture#forward forward function}.
   *
   * @param batch the batch's arrays by name
   * @return the outputs by name; "hidden" are the last hidden states
   * @throws LigoException if an array is missing
   */
  public SortedMap<String, HostArray> outputs(Map<String, HostArray> batch) {
    return run(outputs, batch);
  }

  private SortedMap<String, HostArray> run(Computation computation, Map<String, HostArray> batch) {
    Map<String, DeviceArray> inputs = backend.arrays(prefixed(BATCH, batch));
    try {
      Map<String, DeviceArray> all = new TreeMap<>(parameters);
      all.putAll(inputs);
      Map<String, DeviceArray> out = computation.run(all);
      try {
        SortedMap<String, HostArray> found = new TreeMap<>();
        out.forEach((n, a) -> found.put(n, a.toHost()));
        return found;
      } finally {
        out.values().forEach(DeviceArray::close);
      }
    } finally {
      inputs.values().forEach(DeviceArray::close);
    }
  }

  private static Map<String, HostArray> prefixed(String prefix, Map<String, HostArray> arrays) {
    Map<String, HostArray> prefixed = new TreeMap<>();
    arrays.forEach((n, a) -> prefixed.put(prefix + n, a));
    return prefixed;
  }

  @Override
  public void close() {
    parameters.values().forEach(DeviceArray::close);
    outputs.close();
    logits.close();
  }
}
