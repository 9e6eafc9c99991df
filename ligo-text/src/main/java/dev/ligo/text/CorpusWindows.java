package dev.ligo.text;

import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataRequest;
import dev.ligo.text.WindowOrder.Window;
import java.util.function.IntPredicate;

/** The windows of a corpus that examples are made of, and the vocabulary that they are in. */
final class CorpusWindows {
  private final TokenCorpus corpus;
  private final Vocabulary vocabulary;
  private final WindowOrder order;
  private final int batchSize;

  private CorpusWindows(
      TokenCorpus corpus, Vocabulary vocabulary, WindowOrder order, int batchSize) {
    this.corpus = corpus;
    this.vocabulary = vocabulary;
    this.order = order;
    this.batchSize = batchSize;
  }

  /**
   * Which tokens an example has.
   *
   * @param separator what follows each document of the corpus
   * @param special the number of tokens in an example that are not the corpus's
   * @param ahead the number of tokens that are read after a window, with which the next begins
   */
  record Form(SpecialToken separator, int special, int ahead) {}

  /**
   * Opens the windows of a corpus, tokenizing it if that was not done before.
   *
   * @throws DataException if text or tokenizer cannot be read, the tokenizer or the sizes do not
   *     fit the model, or there is not enough text for a batch to train on
   */
  static CorpusWindows open(DataRequest request, TokenLimits limits, Form form) {
    limits.checkSizes(request, form.special());
    TokenizerFile tokenizer = TokenizerFile.read(request.tokenizer());
    Vocabulary vocabulary = tokenizer.vocabulary();
    limits.checkVocabulary(tokenizer);
    TokenCorpus corpus =
        TokenCorpus.open(
            request.paths(),
            tokenizer,
            limits.id(vocabulary, form.separator()),
            request.documents(),
            request.cache(),
            request.progress());
    limits.checkIds(vocabulary, corpus.largest());
    checkKnown(request, corpus, tokenizer);
    int width = request.sequenceLength() - form.special();
    checkEnough(request, corpus.size(), width);
    WindowOrder order =
        request.shuffle()
            ? new ShuffledWindows(corpus.size(), width, request.seed())
            : new OrderedWindows(corpus.size() - form.ahead(), width, request.batchSize());
    return new CorpusWindows(corpus, vocabulary, order, request.batchSize());
  }

  /** Refuses text in which there is nothing to predict. */
  private static void checkKnown(DataRequest request, TokenCorpus corpus, TokenizerFile tokenizer) {
    if (corpus.first(0, id -> !tokenizer.vocabulary().isSpecial(id)) < 0) {
      throw new DataException(
          "reading text from " + request.paths() + ": " + tokenizer.vocabulary().nothingKnown());
    }
  }

  private static void checkEnough(DataRequest request, long tokens, int width) {
    long windows = tokens / width;
    if (request.shuffle() && windows < request.batchSize()) {
      throw new DataException(
          "training on "
              + request.paths()
              + ": "
              + tokens
              + " tokens make "
              + windows
              + " examples of "
              + width
              + ", fewer than a batch of "
              + request.batchSize()
              + "; give more text, a smaller batch size or a shorter sequence.");
    }
  }

  /** Returns the windows of the same corpus in the order of another seed. */
  CorpusWindows withSeed(long seed) {
    return new CorpusWindows(corpus, vocabulary, order.withSeed(seed), batchSize);
  }

  /** Returns the SHA-256 of the corpus: of its text, its tokenizer and where documents end. */
  String sha256() {
    return corpus.sha256();
  }

  /** Returns the vocabulary. */
  Vocabulary vocabulary() {
    return vocabulary;
  }

  /** Returns how many windows, that is examples, are in a pass. */
  long perPass() {
    return order.windows();
  }

  /** Returns how many batches are in a pass. */
  long batchesPerPass() {
    return (order.windows() + batchSize - 1) / batchSize;
  }

  /**
   * Returns the window of an example.
   *
   * @param batch the number of a batch from 0
   */
  Window at(long batch, int example) {
    if (batch < 0) {
      throw new IllegalArgumentException("a batch's index is 0 or more, found " + batch + ".");
    }
    return order.at(batch * batchSize + example);
  }

  /**
   * Returns a window of the same length that starts where the next token is that is not special:
   * the first such one of the corpus if there is none up to its end.
   */
  Window fromKnown(Window window) {
    IntPredicate known = id -> !vocabulary.isSpecial(id);
    long place = corpus.first(window.start(), known);
    long start = place < 0 ? corpus.first(0, known) : place;
    return new Window(start, window.length(), window.draw());
  }

  /**
   * Returns the tokens of a window, and some after it; the corpus goes on at its start where it
   * ends.
   */
  int[] read(Window window, int ahead) {
    int[] tokens = new int[window.length() + ahead];
    int first = (int) Math.min(tokens.length, corpus.size() - window.start());
    corpus.copy(window.start(), tokens, 0, first);
    corpus.copy(0, tokens, first, tokens.length - first);
    return tokens;
  }
}
