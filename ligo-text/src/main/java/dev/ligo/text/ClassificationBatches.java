package dev.ligo.text;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.ExampleOrder;
import dev.ligo.core.data.LabelledExamples;
import dev.ligo.core.data.Work;
import dev.ligo.core.io.Hashes;
import dev.ligo.core.model.Classification;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Batches of labelled texts. An example is a text cut to the length of the sequence, between the
 * special tokens that the tokenizer puts around one, and padded on the right. In which batch it
 * stands is told by {@link ExampleOrder}.
 *
 * <p>A batch holds, as int32 (batch, sequence), {@value #INPUT_IDS}, {@value #ATTENTION_MASK} (1,
 * and 0 at padding) and, where the model's tokens have types, {@value #TOKEN_TYPE_IDS} (0); and
 * what {@link Classification} says. What fills a batch up is padding whose first token is seen.
 */
public final class ClassificationBatches implements BatchSource {
  /** The name of the ids that the model sees. */
  public static final String INPUT_IDS = MaskedLmBatches.INPUT_IDS;

  /** The name of the mask that tells tokens from padding. */
  public static final String ATTENTION_MASK = MaskedLmBatches.ATTENTION_MASK;

  /** The name of the segments. */
  public static final String TOKEN_TYPE_IDS = MaskedLmBatches.TOKEN_TYPE_IDS;

  private static final int AT_ONCE = 256;

  private final int[][] tokens;
  private final int[] labels;
  private final ExampleOrder order;
  private final int sequenceLength;
  private final int padding;
  private final boolean types;

  /**
   * How a text becomes tokens. Around it stands what the tokenizer puts there.
   *
   * @param framed whether a tokenizer that puts nothing there and stands beside no model gets the
   *     classifier token before a text and the separator after it
   * @param padding the id of the padding, or the tokenizer's own
   */
  public record Form(boolean framed, OptionalInt padding) {
    /** The form for a model that reads the first token: with the tokenizer's padding. */
    public static final Form FRAMED = new Form(true, OptionalInt.empty());

    /**
     * {@return the form for a model that reads the last token, with a token that stands for
     * padding}
     *
     * @param padding the id that fills a sequence up
     */
    public static Form bare(int padding) {
      return new Form(false, OptionalInt.of(padding));
    }
  }

  private ClassificationBatches(ClassificationBatches all, int example) {
    this.tokens = new int[][] {all.tokens[example]};
    this.labels = new int[] {all.labels[example]};
    this.order = new ExampleOrder(1, 1, 0, false);
    this.sequenceLength = Math.max(1, tokens[0].length);
    this.padding = all.padding;
    this.types = all.types;
  }

  private ClassificationBatches(
      int[][] tokens, int[] labels, DataRequest request, int padding, boolean types) {
    this.tokens = tokens;
    this.labels = labels;
    this.order =
        new ExampleOrder(labels.length, request.batchSize(), request.seed(), request.shuffle());
    this.sequenceLength = request.sequenceLength();
    this.padding = padding;
    this.types = types;
  }

  /**
   * Tokenizes texts.
   *
   * @param texts the texts with their labels
   * @param labels the id of each text's class
   * @param request the sizes of a batch and what to draw from
   * @param limits what the tokens must fit
   * @param form how a text becomes tokens
   * @return the batches
   * @throws dev.ligo.core.data.DataException if the tokenizer cannot be read, it or the sizes do
   *     not fit the model, or there is no text
   */
  public static ClassificationBatches open(
      LabelledExamples texts, int[] labels, DataRequest request, TokenLimits limits, Form form) {
    ExampleOrder.of(texts, request);
    TokenizerFile file = TokenizerFile.read(request.tokenizer());
    Vocabulary vocabulary = file.vocabulary();
    limits.checkVocabulary(file);
    Frame frame = frame(file, form, limits);
    limits.checkSizes(request, frame.size());
    int padding = form.padding().orElseGet(() -> limits.id(vocabulary, SpecialToken.PADDING));
    int[][] tokens = new int[texts.size()][];
    boolean known = false;
    Work work = new Work("tokenizing", "texts", tokens.length);
    try (TextTokenizer tokenizer = TextTokenizer.open(file)) {
      for (int start = 0; start < tokens.length; start += AT_ONCE) {
        int end = Math.min(start + AT_ONCE, tokens.length);
        List<int[]> encoded = tokenizer.encodeAll(texts(texts, start, end));
        for (int i = start; i < end; i++) {
          int[] text = encoded.get(i - start);
          known |= !Arrays.stream(text).allMatch(vocabulary::isSpecial);
          tokens[i] = frame.around(text, request.sequenceLength());
          limits.checkIds(vocabulary, Arrays.stream(tokens[i]).max().orElse(-1));
        }
        work.done(request.progress(), end);
      }
    }
    if (!known) {
      throw new DataException(
          "reading labelled texts from " + request.paths() + ": " + vocabulary.nothingKnown());
    }
    return new ClassificationBatches(tokens, labels, request, padding, limits.types());
  }

  /**
   * {@return batches of one of the texts alone, without padding}
   *
   * @param example the text's number, from 0
   */
  public ClassificationBatches only(int example) {
    return new ClassificationBatches(this, example);
  }

  private static Frame frame(TokenizerFile file, Form form, TokenLimits limits) {
    if (file.frame().size() > 0 || file.isOfAModel() || !form.framed()) {
      return file.frame();
    }
    Vocabulary tokens = file.vocabulary();
    return new Frame(
        List.of(limits.id(tokens, SpecialToken.CLASSIFIER)),
        List.of(limits.id(tokens, SpecialToken.SEPARATOR)));
  }

  private static List<String> texts(LabelledExamples texts, int start, int end) {
    List<String> all = new ArrayList<>();
    IntStream.range(start, end)
        .forEach(i -> all.add(new String(texts.content(i), StandardCharsets.UTF_8)));
    return all;
  }

  @Override
  public String sha256(Runnable check) {
    MessageDigest digest = Hashes.sha256();
    for (int i = 0; i < tokens.length; i++) {
      check.run();
      ByteBuffer example = ByteBuffer.allocate(Integer.BYTES * (2 + tokens[i].length));
      example.putInt(labels[i]).putInt(tokens[i].length).asIntBuffer().put(tokens[i]);
      digest.update(example.rewind());
    }
    return Hashes.hex(digest);
  }

  @Override
  public long batchesPerPass() {
    return order.batchesPerPass();
  }

  @Override
  public SortedMap<String, HostArray> batch(long index) {
    int batchSize = order.batchSize();
    int[] ids = new int[batchSize * sequenceLength];
    int[] attention = new int[ids.length];
    int[] classes = new int[batchSize];
    float[] weights = new float[batchSize];
    Arrays.fill(ids, padding);
    for (int slot = 0; slot < batchSize; slot++) {
      int row = slot * sequenceLength;
      int example = order.at(index, slot);
      attention[row] = 1; // attention is not defined where all is padding
      if (example != ExampleOrder.NONE) {
        int[] text = tokens[example];
        System.arraycopy(text, 0, ids, row, text.length);
        Arrays.fill(attention, row, row + Math.max(1, text.length), 1);
        classes[slot] = labels[example];
        weights[slot] = 1;
      }
    }
    Shape rows = Shape.of(batchSize, sequenceLength);
    Shape examples = Shape.of(batchSize);
    SortedMap<String, HostArray> batch = new TreeMap<>();
    batch.put(INPUT_IDS, HostArray.of(rows, ids));
    batch.put(ATTENTION_MASK, HostArray.of(rows, attention));
    if (types) {
      batch.put(TOKEN_TYPE_IDS, HostArray.zeros(DType.INT32, rows));
    }
    batch.put(Classification.LABELS, HostArray.of(examples, classes));
    batch.put(Classification.WEIGHTS, HostArray.of(examples, weights));
    return batch;
  }
}
