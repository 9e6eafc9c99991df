package dev.ligo.core.model;

import dev.ligo.api.Backend;
import dev.ligo.api.Computation;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.LigoException;
import dev.ligo.api.NamedTensors;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.prediction.Prediction;
import dev.ligo.core.prediction.PredictionRequest;
import dev.ligo.core.prediction.Predictions;
import dev.ligo.core.prediction.Sampling;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Computes a task model's logits and outputs on batches, without dropout, and what they predict of
 * single texts and pictures. The parameters stay on the device until {@link #close}; each shape of
 * a batch is compiled once.
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
  private final Optional<Path> files;
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
    this(backend, model, values, Optional.empty());
  }

  /**
   * Copies the parameters of a checkpoint to a backend's device.
   *
   * @param backend where the model runs; it stays its opener's to close
   * @param model the model and the task
   * @param values the values of the model's parameters, by name
   * @param files the directory with the files of the tokenizer or the image processor
   */
  public Predictor(Backend backend, TaskModel<?> model, Map<String, HostArray> values, Path files) {
    this(backend, model, values, Optional.of(files));
  }

  private Predictor(
      Backend backend, TaskModel<?> model, Map<String, HostArray> values, Optional<Path> files) {
    this.backend = backend;
    this.files = files;
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

  /**
   * Predicts of single texts or pictures.
   *
   * @param request the texts or pictures, and where the tokenizer is
   * @return a prediction of each, in order
   * @throws dev.ligo.core.data.DataException if they cannot be read or do not fit the model
   */
  public List<Prediction> predict(PredictionRequest request) {
    try (Predictions asked = model.predictions(request)) {
      return asked.all(this::logits);
    }
  }

  /**
   * Continues a text.
   *
   * @param text the text
   * @param sampling how many tokens follow it, and how they are chosen
   * @return what follows
   * @throws LigoException if the model is no causal language model, or the text does not fit it
   */
  public Prediction.Continuation continueText(String text, Sampling sampling) {
    return only(
        Prediction.Continuation.class,
        "a continuation",
        PredictionRequest.ofTexts(files(), List.of(text)).withSampling(sampling));
  }

  /**
   * Predicts what the masks of a text hide.
   *
   * @param text the text, with the tokenizer's mask token at one place or more
   * @return for each mask the likeliest tokens
   * @throws LigoException if the model is no masked language model, or the text does not fit it
   */
  public Prediction.Filling fillMasks(String text) {
    return only(
        Prediction.Filling.class,
        "tokens for masks",
        PredictionRequest.ofTexts(files(), List.of(text)));
  }

  /**
   * Tells the classes of a text.
   *
   * @param text the text
   * @return all classes, the likeliest first
   * @throws LigoException if the model classifies no texts, or the text does not fit it
   */
  public Prediction.Classes classify(String text) {
    return only(
        Prediction.Classes.class, "classes", PredictionRequest.ofTexts(files(), List.of(text)));
  }

  /**
   * Tells the classes of a picture.
   *
   * @param image the picture's file
   * @return all classes, the likeliest first
   * @throws LigoException if the model classifies no pictures, or the picture does not fit it
   */
  public Prediction.Classes classify(Path image) {
    return only(
        Prediction.Classes.class, "classes", PredictionRequest.ofImages(files(), List.of(image)));
  }

  private Path files() {
    return files.orElseThrow(
        () ->
            new LigoException(
                "predicting of a text or picture: the model was loaded without its checkpoint's"
                    + " directory, where the tokenizer is; name that."));
  }

  private <P extends Prediction> P only(Class<P> kind, String wanted, PredictionRequest request) {
    Prediction found = predict(request).get(0);
    if (!kind.isInstance(found)) {
      throw new LigoException(
          "asking for " + wanted + ": a model of the task " + model.name() + " gives none.");
    }
    return kind.cast(found);
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
