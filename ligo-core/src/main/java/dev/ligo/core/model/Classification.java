package dev.ligo.core.model;

import dev.ligo.api.LigoException;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.LabelledExamples;
import dev.ligo.core.prediction.PredictionRequest;
import dev.ligo.core.prediction.Predictions;
import java.util.List;
import java.util.Map;

/**
 * A task of telling classes apart, whose logits are (batch, classes). Its batches hold, besides
 * what the forward function reads, {@value #LABELS} (batch), the ids of the classes as int32, and
 * {@value #WEIGHTS} (batch), 1 and 0 for what fills a batch up.
 *
 * @param <C> the configuration of the family
 */
public interface Classification<C> extends Task<C> {
  /** The name of the ids of the classes. */
  String LABELS = "labels";

  /** The name of the weights of the examples. */
  String WEIGHTS = "weights";

  /**
   * {@return the classes of a model}
   *
   * @param config the family's configuration
   */
  Labels labels(C config);

  /**
   * {@return the configuration of a model with other classes}
   *
   * @param config the family's configuration
   * @param labels the labels
   */
  C withLabels(C config, Labels labels);

  /**
   * {@return the configuration of a model that is about to be fitted to some data: a family whose
   * config may not say which token is padding takes it from the data's tokenizer} By default the
   * configuration itself.
   *
   * @param config the family's configuration
   * @param data the data
   */
  default C fitting(C config, DataRequest data) {
    return config;
  }

  /**
   * Reads examples.
   *
   * @param config the family's configuration
   * @param request the data, the sizes of a batch and what to draw from
   * @return the examples
   * @throws dev.ligo.core.data.DataException if they cannot be read or do not fit the model
   */
  LabelledExamples examples(C config, DataRequest request);

  /**
   * {@return the batches of examples}
   *
   * @param config the family's configuration
   * @param examples the labelled examples
   * @param request the data, the sizes of a batch and what to draw from
   * @throws dev.ligo.core.data.DataException if they do not fit the model, or are of other classes
   */
  BatchSource batches(C config, LabelledExamples examples, DataRequest request);

  @Override
  default BatchSource batches(C config, DataRequest request) {
    return batches(config, examples(config, request), request);
  }

  /**
   * {@return for each text or picture, whose class is not known, a source of batches of it alone:
   * its label is 0} A task that does not override it reads labelled examples alone.
   *
   * @param config the family's configuration
   * @param request the texts or pictures
   * @throws dev.ligo.core.data.DataException if they cannot be read or do not fit the model
   */
  default List<BatchSource> unlabelled(C config, PredictionRequest request) {
    throw new LigoException(
        "classifying by the task "
            + name()
            + ": its family reads labelled examples alone; compute the logits of batches.");
  }

  /** Reads the texts or pictures; a prediction has all classes, the likeliest first. */
  @Override
  default Predictions predictions(C config, PredictionRequest request) {
    request.refuseSampling();
    ClassPredictions.requireClasses(request, labels(config));
    return new ClassPredictions(request, labels(config), unlabelled(config, request));
  }

  /**
   * {@return each head's logits, (batch, classes), for a model that is trained by several}
   *
   * @param w the parameters
   * @param config the family's configuration
   * @param outputs the named outputs of the forward function
   * @param x the batch
   */
  default List<Tensor> heads(Parameters w, C config, NamedTensors outputs, ForwardContext x) {
    return List.of(logits(w, config, outputs, x));
  }

  /** Returns the scores of the examples, one row for each. */
  @Override
  default Scores scores(Parameters w, C config, NamedTensors outputs, ForwardContext x) {
    List<Tensor> heads = heads(w, config, outputs, x);
    return new Scores(
        heads.stream().map(Logits::of).toList(),
        x.get(LABELS),
        x.get(WEIGHTS).cast(heads.get(0).dtype()));
  }

  /** Returns how many examples are of each class, are taken for it, and both. */
  @Override
  default Map<String, Tensor> counts(Tensors t, Scores scores) {
    return ClassCounts.of(t, scores.logits(), scores.labels(), scores.weights());
  }

  /**
   * Returns loss, accuracy, for two classes the F1 of the second, the macro F1 over all, and the
   * number of examples that were scored. F1 is as scikit-learn has it: a class that neither occurs
   * nor is predicted is left out of the mean.
   */
  @Override
  default Map<String, Double> metrics(Map<String, Double> sums) {
    return ClassCounts.metrics(sums);
  }
}
