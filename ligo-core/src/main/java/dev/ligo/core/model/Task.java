package dev.ligo.core.model;

import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.Tensors;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataRequest;
import java.util.Map;

/**
 * What a model is trained on: a head with its parameters, scores of the forward function's named
 * outputs, whose cross-entropy is the loss, batches and metrics.
 *
 * @param <C> the configuration of the family
 */
public interface Task<C> {
  /** Returns the name, such as "masked-lm". */
  String name();

  /** Returns the class under {@code architectures} in a {@code config.json} with this head. */
  String className();

  /** Lists the head's parameters. */
  void parameters(C config, Layout p);

  /**
   * Returns the head's logits (rows, classes) for the positions or examples that it scores. They
   * need no labels.
   */
  Tensor logits(Parameters w, C config, NamedTensors outputs, ForwardContext x);

  /** Returns the logits of each head with the labels, of which the loss is made. */
  Scores scores(Parameters w, C config, NamedTensors outputs, ForwardContext x);

  /**
   * Returns the tokens, as example · length + place, of which the loss of a batch depends directly:
   * a strategy that drops tokens keeps them. None where that is every token or no single one.
   */
  default int[] scoredTokens(Map<String, HostArray> batch) {
    return new int[0];
  }

  /**
   * Returns sums for {@link #metrics} beside those of a loss, outside training: none if the task
   * needs no others.
   */
  default Map<String, Tensor> counts(Tensors t, Scores scores) {
    return Map.of();
  }

  /**
   * Returns metrics, the first of which is "loss", from a loss's sums added over batches: a
   * scalar's under its name, the elements of a vector under {@code name/0} and so on.
   */
  Map<String, Double> metrics(Map<String, Double> sums);

  /** Returns the dtypes and shapes of a batch's arrays, for counting and validating. */
  Map<String, TensorSpec> batchSpecs(C config, int batchSize, int sequenceLength);

  /**
   * Returns the batches of some data.
   *
   * @throws dev.ligo.core.data.DataException if the data cannot be read or does not fit
   */
  BatchSource batches(C config, DataRequest request);
}
