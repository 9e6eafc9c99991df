package dev.ligo.text;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.Work;
import dev.ligo.core.prediction.Choice;
import dev.ligo.core.prediction.Prediction;
import dev.ligo.core.prediction.PredictionRequest;
import dev.ligo.core.prediction.Predictions;
import dev.ligo.core.prediction.Probabilities;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Texts with masks, in whose places a masked language model predicts tokens. A batch is one text
 * with the special tokens that the tokenizer puts around it; {@link MaskedLmBatches} says what it
 * holds. It has no labels.
 */
public final class MaskFillings implements Predictions {
  private final PredictionRequest request;
  private final TextTokenizer tokenizer;
  private final List<int[]> texts;
  private final int mask;
  private final boolean types;
  private final Work work;

  private MaskFillings(
      PredictionRequest request,
      TextTokenizer tokenizer,
      List<int[]> texts,
      int mask,
      boolean types) {
    this.request = request;
    this.tokenizer = tokenizer;
    this.texts = texts;
    this.mask = mask;
    this.types = types;
    this.work = new Work("filling masks", "texts", texts.size());
  }

  /**
   * Tokenizes texts.
   *
   * @param request the texts, and where the tokenizer is
   * @param limits what the tokens must fit
   * @return the texts, to be closed
   * @throws DataException if the tokenizer cannot be read, it or a text does not fit the model, or
   *     no text has a mask
   */
  public static MaskFillings open(PredictionRequest request, TokenLimits limits) {
    request.refuseSampling();
    List<String> texts = request.textsAlone();
    TokenizerFile file = TokenizerFile.read(request.checkpoint());
    int mask = limits.id(file.vocabulary(), SpecialToken.MASK);
    TextTokenizer tokenizer = TextTokenizer.open(file);
    try {
      List<int[]> encoded = limits.encode(file, tokenizer, texts);
      if (encoded.stream().flatMapToInt(Arrays::stream).noneMatch(id -> id == mask)) {
        throw new DataException(
            "filling masks: "
                + (texts.size() == 1
                    ? "the text '" + texts.get(0) + "' has no "
                    : "none of the texts has a ")
                + tokenizer.decode(new int[] {mask}, true)
                + ", the tokenizer's mask; put one where a word is to be found.");
      }
      return new MaskFillings(request, tokenizer, encoded, mask, limits.types());
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  @Override
  public int size() {
    return texts.size();
  }

  @Override
  public Prediction compute(int number, Function<Map<String, HostArray>, HostArray> logits) {
    work.begin(request.progress());
    int[] ids = texts.get(number);
    int[] masked = IntStream.range(0, ids.length).filter(i -> ids[i] == mask).toArray();
    List<List<Choice>> masks = new ArrayList<>();
    if (masked.length == 0) {
      work.done(request.progress(), number + 1);
      return new Prediction.Filling(request.texts().get(number), masks);
    }
    HostArray rows = logits.apply(batch(ids, masked));
    for (int row = 0; row < masked.length; row++) {
      masks.add(
          Probabilities.softmax(rows, row, 1)
              .best(Prediction.Filling.BEST, id -> tokenizer.decode(new int[] {id}, true).strip()));
    }
    work.done(request.progress(), number + 1);
    return new Prediction.Filling(request.texts().get(number), masks);
  }

  private Map<String, HostArray> batch(int[] ids, int[] masked) {
    Shape shape = Shape.of(1, ids.length);
    int[] seen = new int[ids.length];
    Arrays.fill(seen, 1);
    Map<String, HostArray> batch = new TreeMap<>();
    batch.put(MaskedLmBatches.INPUT_IDS, HostArray.of(shape, ids));
    batch.put(MaskedLmBatches.ATTENTION_MASK, HostArray.of(shape, seen));
    if (types) {
      batch.put(MaskedLmBatches.TOKEN_TYPE_IDS, HostArray.zeros(DType.INT32, shape));
    }
    batch.put(MaskedLmBatches.MASKED_POSITIONS, HostArray.of(Shape.of(masked.length), masked));
    return batch;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
