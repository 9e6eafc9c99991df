package dev.ligo.text;

import dev.ligo.api.DType;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.TensorSpec;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.model.ForwardContext;
import dev.ligo.core.model.Logits;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Scores;
import dev.ligo.core.model.Task;
import dev.ligo.core.prediction.PredictionRequest;
import dev.ligo.core.prediction.Predictions;
import java.util.Map;

/**
 * Prediction of each next token, on {@link CausalLmBatches}: all of it but the head. A family whose
 * forward function gives {@code hidden} (batch, sequence, hidden), in which a token sees itself and
 * those before it, implements this with its head's parameters.
 *
 * @param <C> the configuration of the family
 */
public interface CausalLm<C> extends Task<C> {
  /**
   * {@return what the tokens of a batch must fit}
   *
   * @param config the family's configuration
   */
  TokenLimits limits(C config);

  /**
   * Returns the logits (rows, vocabulary) of rows (rows, hidden).
   *
   * @param w the parameters
   * @param config the family's configuration
   * @param rows hidden states (rows, hidden)
   * @return the logits (rows, vocabulary)
   */
  Logits decode(Parameters w, C config, Tensor rows);

  @Override
  default String name() {
    return "causal-lm";
  }

  /**
   * Returns logits (rows, vocabulary) of what follows each token, batch · sequence rows, or each of
   * those at {@value CausalLmBatches#SCORED_POSITIONS} where the batch has them.
   */
  @Override
  default Tensor logits(Parameters w, C c, NamedTensors outputs, ForwardContext x) {
    Tensor rows = rows(outputs);
    Tensor asked =
        x.has(CausalLmBatches.SCORED_POSITIONS)
            ? rows.take(x.get(CausalLmBatches.SCORED_POSITIONS), 0)
            : rows;
    return decode(w, c, asked).tensor();
  }

  private static Tensor rows(NamedTensors outputs) {
    Tensor hidden = outputs.get("hidden");
    return hidden.reshape(-1, hidden.shape().dim(2));
  }

  @Override
  default Scores scores(Parameters w, C c, NamedTensors outputs, ForwardContext x) {
    return Scores.of(
        decode(w, c, rows(outputs)),
        x.get(CausalLmBatches.NEXT_IDS).reshape(-1),
        x.get(CausalLmBatches.NEXT_WEIGHTS).reshape(-1));
  }

  @Override
  default Map<String, Double> metrics(Map<String, Double> sums) {
    return TokenMetrics.of(sums);
  }

  @Override
  default Map<String, TensorSpec> batchSpecs(C c, int batchSize, int sequenceLength) {
    Shape shape = Shape.of(batchSize, sequenceLength);
    return Map.of(
        CausalLmBatches.INPUT_IDS, new TensorSpec(DType.INT32, shape),
        CausalLmBatches.NEXT_IDS, new TensorSpec(DType.INT32, shape),
        CausalLmBatches.NEXT_WEIGHTS, new TensorSpec(DType.FLOAT32, shape));
  }

  @Override
  default BatchSource batches(C c, DataRequest request) {
    return CausalLmBatches.open(request, limits(c));
  }

  /** Reads texts; a prediction is what follows. */
  @Override
  default Predictions predictions(C c, PredictionRequest request) {
    return TextContinuations.open(request, limits(c));
  }
}
