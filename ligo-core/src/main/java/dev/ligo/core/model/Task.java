package dev.ligo.core.model;

import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.Tensors;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataRequest;
import java.util.Map;

/**
 * What a model is trained on: a head with its parameters, a loss on the forward function's named
 * outputs, batches and metrics.
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

  /** Returns the head's logits (rows, classes) for the positions or examples that it scores. */
  Tensor logits(Parameters w, C config, NamedTensors outputs, Batch x);

  /**
   * Returns the loss, a mean over what is scored, with sums as auxiliaries from which {@link
   * #metrics} are made.
   */
  Tensors.Loss loss(Parameters w, C config, NamedTensors outputs, Batch x);

  /** Returns metrics, the first of which is "loss", from sums added over batches. */
  Map<String, Double> metrics(Map<String, Double> sums);

  /** Returns the dtypes and shapes of a batch's arrays, for counting and validating. */
  Map<String, TensorSpec> batch(C config, int batchSize, int sequenceLength);

  /**
   * Returns the batches of some data.
   *
   * @throws dev.ligo.core.data.DataException if the data cannot be read or does not fit
   */
  BatchSource batches(C config, DataRequest request);
}
