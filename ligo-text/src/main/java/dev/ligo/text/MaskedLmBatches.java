package dev.ligo.text;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.SeededRandom;
import dev.ligo.text.WindowOrder.Window;
import java.util.Arrays;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Batches for a masked language model. An example is the classifier token, a window of
 * sequence&nbsp;−&nbsp;2 consecutive tokens of the corpus, and the separator. Windows cross the
 * ends of documents, where the corpus has a separator (RoBERTa's "full sentences": Liu et al.,
 * 2019, §4.2). 15 % of the tokens are hidden as in BERT.
 *
 * <p>In training, every pass cuts the corpus elsewhere, visits its windows in another order and
 * hides other tokens; in evaluation, windows and masked tokens are the same at every pass and for
 * every batch size, and a batch that the data does not fill ends with examples without tokens. Both
 * depend on the seed and the batch's index alone. A batch to train on has something to predict: if
 * its windows are of special tokens alone, such as the unknown one, its first window starts at the
 * next token that is none.
 *
 * <p>A batch holds, with P = {@link #capacity} places for masked tokens in an example:
 *
 * <ul>
 *   <li>{@value #INPUT_IDS}, int32 (batch, sequence): what the model sees;
 *   <li>{@value #ATTENTION_MASK}, int32 (batch, sequence): 1, and 0 at padding;
 *   <li>{@value #TOKEN_TYPE_IDS}, int32 (batch, sequence), where the model's tokens have types: 0;
 *   <li>{@value #MASKED_POSITIONS}, int32 (batch · P): example · sequence + place of a hidden
 *       token;
 *   <li>{@value #MASKED_LABELS}, int32 (batch · P): the id of the hidden token;
 *   <li>{@value #MASKED_WEIGHTS}, float32 (batch · P): 1, and 0 where an example has fewer than P
 *       masked tokens; there position and label are 0 too.
 * </ul>
 *
 * <p>An example without tokens is the classifier token and the separator, so that none is wholly
 * padding, for which attention is not defined.
 */
public final class MaskedLmBatches implements BatchSource {
  /** The name of the ids that the model sees. */
  public static final String INPUT_IDS = "input_ids";

  /** The name of the mask that tells tokens from padding. */
  public static final String ATTENTION_MASK = "attention_mask";

  /** The name of the segments. */
  public static final String TOKEN_TYPE_IDS = "token_type_ids";

  /** The name of the places of the masked tokens. */
  public static final String MASKED_POSITIONS = "masked_positions";

  /** The name of the masked tokens. */
  public static final String MASKED_LABELS = "masked_labels";

  /** The name of the weights of the masked tokens. */
  public static final String MASKED_WEIGHTS = "masked_weights";

  private static final int SPECIAL_TOKENS = 2;

  private static final CorpusWindows.Form FORM =
      new CorpusWindows.Form(SpecialToken.SEPARATOR, SPECIAL_TOKENS, 0);

  private final CorpusWindows windows;
  private final TokenMasking masking;
  private final boolean types;
  private final int classifier;
  private final int separator;
  private final int padding;
  private final int batchSize;
  private final int sequenceLength;
  private final int capacity;
  private final long seed;
  private final boolean training;

  private MaskedLmBatches(MaskedLmBatches drawn, long seed) {
    this.windows = drawn.windows.withSeed(seed);
    this.types = drawn.types;
    this.masking = drawn.masking;
    this.classifier = drawn.classifier;
    this.separator = drawn.separator;
    this.padding = drawn.padding;
    this.batchSize = drawn.batchSize;
    this.sequenceLength = drawn.sequenceLength;
    this.capacity = drawn.capacity;
    this.seed = seed;
    this.training = drawn.training;
  }

  private MaskedLmBatches(CorpusWindows windows, TokenLimits limits, DataRequest request) {
    Vocabulary vocabulary = windows.vocabulary();
    this.windows = windows;
    this.types = limits.types();
    this.masking =
        new TokenMasking(
            vocabulary, limits.id(vocabulary, SpecialToken.MASK), limits.common(vocabulary));
    this.classifier = limits.id(vocabulary, SpecialToken.CLASSIFIER);
    this.separator = limits.id(vocabulary, SpecialToken.SEPARATOR);
    this.padding = limits.id(vocabulary, SpecialToken.PADDING);
    this.batchSize = request.batchSize();
    this.sequenceLength = request.sequenceLength();
    this.seed = request.seed();
    this.capacity = capacity(sequenceLength);
    this.training = request.shuffle();
  }

  /**
   * Opens the batches of text, tokenizing it if that was not done before.
   *
   * @param request the data, the sizes of a batch and what to draw from
   * @param limits what the tokens must fit
   * @return the batches
   * @throws DataException if text or tokenizer cannot be read, the tokenizer or the sizes do not
   *     fit the model, or there is not enough text for a batch to train on
   */
  public static MaskedLmBatches open(DataRequest request, TokenLimits limits) {
    CorpusWindows windows = CorpusWindows.open(request, limits, FORM);
    return new MaskedLmBatches(windows, limits, request);
  }

  /**
   * {@return how many places for masked tokens an example has, 15 % of its tokens: P}
   *
   * @param sequenceLength the number of tokens in an example, the two special ones included
   */
  public static int capacity(int sequenceLength) {
    return TokenMasking.count(sequenceLength - SPECIAL_TOKENS);
  }

  @Override
  public String sha256(Runnable check) {
    return windows.sha256();
  }

  @Override
  public long batchesPerPass() {
    return windows.batchesPerPass();
  }

  /** {@return how many windows of the corpus, that is examples, are in a pass} */
  public long examplesPerPass() {
    return windows.perPass();
  }

  @Override
  public Optional<BatchSource> withSeed(long other) {
    return Optional.of(new MaskedLmBatches(this, other));
  }

  @Override
  public SortedMap<String, HostArray> batch(long index) {
    Examples examples = new Examples();
    int masked = 0;
    for (int example = 0; example < batchSize; example++) {
      masked += examples.put(example, windows.at(index, example));
    }
    if (masked == 0 && training) {
      examples.put(0, windows.fromKnown(windows.at(index, 0)));
    }
    return examples.batch();
  }

  /** The examples of a batch. */
  private final class Examples {
    private final int[] ids = new int[batchSize * sequenceLength];
    private final int[] attention = new int[ids.length];
    private final int[] positions = new int[batchSize * capacity];
    private final int[] labels = new int[positions.length];
    private final float[] weights = new float[positions.length];

    /** Puts a window in the place of an example, and returns how many of its tokens are masked. */
    int put(int example, Window window) {
      int[] tokens = windows.read(window, 0);
      int row = example * sequenceLength;
      ids[row] = classifier;
      System.arraycopy(tokens, 0, ids, row + 1, tokens.length);
      ids[row + 1 + tokens.length] = separator;
      Arrays.fill(ids, row + SPECIAL_TOKENS + tokens.length, row + sequenceLength, padding);
      Arrays.fill(attention, row, row + SPECIAL_TOKENS + tokens.length, 1);

      SeededRandom random = new SeededRandom(seed, "masks/" + window.draw());
      int slot = example * capacity;
      int[] places = masking.choose(tokens, random);
      for (int place : places) {
        positions[slot] = row + 1 + place;
        labels[slot] = tokens[place];
        weights[slot] = 1;
        ids[positions[slot]] = masking.replace(tokens[place], random);
        slot++;
      }
      return places.length;
    }

    SortedMap<String, HostArray> batch() {
      Shape rows = Shape.of(batchSize, sequenceLength);
      Shape hidden = Shape.of(positions.length);
      SortedMap<String, HostArray> batch = new TreeMap<>();
      batch.put(INPUT_IDS, HostArray.of(rows, ids));
      batch.put(ATTENTION_MASK, HostArray.of(rows, attention));
      if (types) {
        batch.put(TOKEN_TYPE_IDS, HostArray.zeros(DType.INT32, rows));
      }
      batch.put(MASKED_POSITIONS, HostArray.of(hidden, positions));
      batch.put(MASKED_LABELS, HostArray.of(hidden, labels));
      batch.put(MASKED_WEIGHTS, HostArray.of(hidden, weights));
      return batch;
    }
  }
}
