package dev.ligo.core.model;

import dev.ligo.api.HostArray;
import dev.ligo.api.LigoException;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.Tensors;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.prediction.PredictionRequest;
import dev.ligo.core.prediction.Predictions;
import java.util.Map;

/**
 * What a model is trained on: a head with its parameters, scores of the forward function's named
 * outputs, whose cross-entropy is the loss, batches and metrics.
 *
 * @param <C> the configuration of the family
 */
public interface Task<C> {
  /** The name of the metric that counts what the others are taken over. */
  String SCORED = "scored";

  /** {@return the name, such as "masked-lm"} */
  String name();

  /** {@return the class under {@code architectures} in a {@code config.json} with this head} */
  String className();

  /**
   * Lists the head's parameters.
   *
   * @param config the family's configuration
   * @param p where parameters are listed
   */
  void parameters(C config, Layout p);

  /**
   * {@return the head's logits (rows, classes) for the positions or examples that it scores} They
   * need no labels.
   *
   * @param w the parameters
   * @param config the family's configuration
   * @param outputs the named outputs of the forward function
   * @param x the batch
   */
  Tensor logits(Parameters w, C config, NamedTensors outputs, ForwardContext x);

  /**
   * {@return the logits of each head with the labels, of which the loss is made}
   *
   * @param w the parameters
   * @param config the family's configuration
   * @param outputs the named outputs of the forward function
   * @param x the batch
   */
  Scores scores(Parameters w, C config, NamedTensors outputs, ForwardContext x);

  /**
   * {@return the tokens, as example · length + place, of which the loss of a batch depends
   * directly: a strategy that drops tokens keeps them} None where that is every token or no single
   * one.
   *
   * @param batch the batch's arrays by name
   */
  default int[] scoredTokens(Map<String, HostArray> batch) {
    return new int[0];
  }

  /**
   * {@return sums for {@link #metrics} beside those of a loss, outside training: none if the task
   * needs no others}
   *
   * @param t what makes constants
   * @param scores the scores of a batch
   */
  default Map<String, Tensor> counts(Tensors t, Scores scores) {
    return Map.of();
  }

  /**
   * {@return metrics, the first of which is "loss", from a loss's sums added over batches: a
   * scalar's under its name, the elements of a vector under {@code name/0} and so on}
   *
   * @param sums the sums over all batches, by name
   */
  Map<String, Double> metrics(Map<String, Double> sums);

  /**
   * {@return the dtypes and shapes of a batch's arrays, for counting and validating}
   *
   * @param config the family's configuration
   * @param batchSize the number of examples in a batch
   * @param sequenceLength the number of tokens in an example
   */
  Map<String, TensorSpec> batchSpecs(C config, int batchSize, int sequenceLength);

  /**
   * {@return the batches of some data}
   *
   * @param config the family's configuration
   * @param request the data, the sizes of a batch and what to draw from
   * @throws dev.ligo.core.data.DataException if the data cannot be read or does not fit
   */
  BatchSource batches(C config, DataRequest request);

  /**
   * Reads single texts or pictures of which a model is to predict: how a text goes on, what its
   * masks hide, or the classes. A task that does not override it has batches alone.
   *
   * @param config the family's configuration
   * @param request the texts or pictures, and where the tokenizer is
   * @return what is ready for the model, to be closed
   * @throws dev.ligo.core.data.DataException if they cannot be read or do not fit the model
   */
  default Predictions predictions(C config, PredictionRequest request) {
    throw new LigoException(
        "predicting by the task "
            + name()
            + ": its family reads no single texts or pictures; compute the logits of batches.");
  }
}
