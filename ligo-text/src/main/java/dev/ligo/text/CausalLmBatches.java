package dev.ligo.text;

import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataRequest;
import dev.ligo.text.WindowOrder.Window;
import java.util.Arrays;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Batches for a language model that predicts each next token. Documents are packed: an example is a
 * window of consecutive tokens of the corpus, in which an end-of-text token follows each document
 * (Radford et al., 2019; Brown et al., 2020, appendix B), and the token after the window is what
 * its last one predicts. There is no padding, and nothing keeps a token from seeing an earlier
 * document of its window.
 *
 * <p>In training, every pass cuts the corpus elsewhere and visits its windows in another order; in
 * evaluation each token but the first is predicted once, in order, and what fills the last batch
 * has weight 0. Both depend on the seed and the batch's index alone.
 *
 * <p>A batch holds, each (batch, sequence):
 *
 * <ul>
 *   <li>{@value #INPUT_IDS}, int32: what the model sees;
 *   <li>{@value #NEXT_IDS}, int32: the token after each;
 *   <li>{@value #NEXT_WEIGHTS}, float32: 1, and 0 where the data has ended.
 * </ul>
 */
public final class CausalLmBatches implements BatchSource {
  /** The name of the ids that the model sees. */
  public static final String INPUT_IDS = "input_ids";

  /** The name of the ids that follow them. */
  public static final String NEXT_IDS = "next_ids";

  /** The name of the weights of the predictions. */
  public static final String NEXT_WEIGHTS = "next_weights";

  /**
   * The name of the places whose logits alone are asked for, int32 (rows): example · sequence +
   * place. Batches to train on have none; all places are scored.
   */
  public static final String SCORED_POSITIONS = "scored_positions";

  private static final CorpusWindows.Form FORM =
      new CorpusWindows.Form(SpecialToken.END_OF_TEXT, 0, 1);

  private final CorpusWindows windows;
  private final int end;
  private final int batchSize;
  private final int sequenceLength;

  private CausalLmBatches(CorpusWindows windows, int batchSize, int sequenceLength) {
    this.windows = windows;
    this.end = windows.vocabulary().id(SpecialToken.END_OF_TEXT);
    this.batchSize = batchSize;
    this.sequenceLength = sequenceLength;
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
  public static CausalLmBatches open(DataRequest request, TokenLimits limits) {
    CorpusWindows windows = CorpusWindows.open(request, limits, FORM);
    return new CausalLmBatches(windows, request.batchSize(), request.sequenceLength());
  }

  @Override
  public String sha256(Runnable check) {
    return windows.sha256();
  }

  @Override
  public long batchesPerPass() {
    return windows.batchesPerPass();
  }

  @Override
  public Optional<BatchSource> withSeed(long seed) {
    return Optional.of(new CausalLmBatches(windows.withSeed(seed), batchSize, sequenceLength));
  }

  @Override
  public SortedMap<String, HostArray> batch(long index) {
    int[] ids = new int[batchSize * sequenceLength];
    int[] next = new int[ids.length];
    float[] weights = new float[ids.length];
    Arrays.fill(ids, end);
    Arrays.fill(next, end);
    for (int example = 0; example < batchSize; example++) {
      Window window = windows.at(index, example);
      int[] tokens = windows.read(window, 1);
      int row = example * sequenceLength;
      System.arraycopy(tokens, 0, ids, row, window.length());
      System.arraycopy(tokens, 1, next, row, window.length());
      Arrays.fill(weights, row, row + window.length(), 1);
    }
    Shape shape = Shape.of(batchSize, sequenceLength);
    SortedMap<String, HostArray> batch = new TreeMap<>();
    batch.put(INPUT_IDS, HostArray.of(shape, ids));
    batch.put(NEXT_IDS, HostArray.of(shape, next));
    batch.put(NEXT_WEIGHTS, HostArray.of(shape, weights));
    return batch;
  }
}
