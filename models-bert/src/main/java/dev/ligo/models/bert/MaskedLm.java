package dev.ligo.models.bert;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.TensorSpec;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.model.Activation;
import dev.ligo.core.model.ForwardContext;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Logits;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Scores;
import dev.ligo.core.model.Task;
import dev.ligo.core.prediction.PredictionRequest;
import dev.ligo.core.prediction.Predictions;
import dev.ligo.text.MaskFillings;
import dev.ligo.text.MaskedLmBatches;
import dev.ligo.text.TokenLimits;
import dev.ligo.text.TokenMetrics;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The masked language model of an {@link Encoder}: the loss is computed at the masked positions
 * only.
 *
 * @param className the class that the public tools have for it
 * @param head the head's names
 * @param encoder gives the encoder's configuration
 * @param activation gives the head's activation
 * @param limits gives what the tokens of a batch must fit
 * @param <C> the configuration of the family
 */
record MaskedLm<C>(
    String className,
    MaskedLmHead head,
    Function<C, EncoderConfig> encoder,
    Function<EncoderConfig, Activation> activation,
    Function<C, TokenLimits> limits)
    implements Task<C> {
  @Override
  public String name() {
    return "masked-lm";
  }

  @Override
  public void parameters(C c, Layout p) {
    head.parameters(encoder.apply(c), p);
  }

  /** Returns logits (masked positions, vocabulary). */
  @Override
  public Tensor logits(Parameters w, C c, NamedTensors outputs, ForwardContext x) {
    return decode(w, c, outputs, x).tensor();
  }

  private Logits decode(Parameters w, C c, NamedTensors outputs, ForwardContext x) {
    EncoderConfig e = encoder.apply(c);
    Tensor hidden = outputs.get("hidden");
    Tensor rows =
        hidden.reshape(-1, hidden.shape().dim(2)).take(x.get(MaskedLmBatches.MASKED_POSITIONS), 0);
    return head.logits(w, e, activation.apply(e), rows);
  }

  @Override
  public Scores scores(Parameters w, C c, NamedTensors outputs, ForwardContext x) {
    return Scores.of(
        decode(w, c, outputs, x),
        x.get(MaskedLmBatches.MASKED_LABELS),
        x.get(MaskedLmBatches.MASKED_WEIGHTS));
  }

  /** Returns the masked tokens. */
  @Override
  public int[] scoredTokens(Map<String, HostArray> batch) {
    HostArray positions = batch.get(MaskedLmBatches.MASKED_POSITIONS);
    HostArray weights = batch.get(MaskedLmBatches.MASKED_WEIGHTS);
    return IntStream.range(0, positions.size())
        .filter(i -> weights.get(i) != 0)
        .map(i -> (int) positions.get(i))
        .toArray();
  }

  @Override
  public Map<String, Double> metrics(Map<String, Double> sums) {
    return TokenMetrics.of(sums);
  }

  @Override
  public Map<String, TensorSpec> batchSpecs(C c, int batchSize, int sequenceLength) {
    TensorSpec tokens = new TensorSpec(DType.INT32, Shape.of(batchSize, sequenceLength));
    Shape masked = Shape.of(batchSize * MaskedLmBatches.capacity(sequenceLength));
    Map<String, TensorSpec> batch = new TreeMap<>();
    batch.put(MaskedLmBatches.INPUT_IDS, tokens);
    batch.put(MaskedLmBatches.ATTENTION_MASK, tokens);
    if (limits.apply(c).types()) {
      batch.put(MaskedLmBatches.TOKEN_TYPE_IDS, tokens);
    }
    batch.put(MaskedLmBatches.MASKED_POSITIONS, new TensorSpec(DType.INT32, masked));
    batch.put(MaskedLmBatches.MASKED_LABELS, new TensorSpec(DType.INT32, masked));
    batch.put(MaskedLmBatches.MASKED_WEIGHTS, new TensorSpec(DType.FLOAT32, masked));
    return batch;
  }

  @Override
  public BatchSource batches(C c, DataRequest request) {
    return MaskedLmBatches.open(request, limits.apply(c));
  }

  /** Reads texts with masks; a prediction is the likeliest tokens in their places. */
  @Override
  public Predictions predictions(C c, PredictionRequest request) {
    return MaskFillings.open(request, limits.apply(c));
  }
}
