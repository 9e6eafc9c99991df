package dev.ligo.text;

import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataRequest;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * What tokens must fit to be a model's.
 *
 * @param vocabulary the number of tokens that the model knows
 * @param longest the most tokens in an example
 * @param padding the id that the model takes for padding, if it looks for it
 * @param types whether tokens have types
 */
public record TokenLimits(int vocabulary, int longest, OptionalInt padding, boolean types) {
  /**
   * Refuses examples and batches whose sizes do not fit.
   *
   * @param special the number of tokens in an example that are not the text's
   */
  void checkSizes(DataRequest request, int special) {
    if (request.sequenceLength() <= special) {
      throw new DataException(
          "making examples of "
              + request.sequenceLength()
              + " tokens: "
              + special
              + " are special, so that "
              + (special + 1)
              + " is the least; make the sequence longer.");
    }
    if (request.sequenceLength() > longest) {
      throw new DataException(
          "making examples of "
              + request.sequenceLength()
              + " tokens: the model has "
              + longest
              + " positions; make the sequence shorter.");
    }
    if (request.batchSize() < 1) {
      throw new DataException(
          "making batches of " + request.batchSize() + " examples: 1 is the least.");
    }
    long tokens = (long) request.batchSize() * request.sequenceLength();
    if (tokens * Integer.BYTES > Integer.MAX_VALUE) {
      throw new DataException(
          "making batches of "
              + request.batchSize()
              + " examples of "
              + request.sequenceLength()
              + " tokens: an array of a batch is smaller than 2 GiB; make either smaller.");
    }
  }

  /**
   * Refuses a tokenizer that is another model's. Special tokens that were added to it and not to
   * the model are fine as long as no text has them: see {@link #checkIds}.
   */
  void checkVocabulary(TokenizerFile tokenizer) {
    Vocabulary ids = tokenizer.vocabulary();
    int first = ids.firstPlainFrom(vocabulary);
    if (first >= 0) {
      throw new DataException(
          "the tokenizer "
              + tokenizer.path()
              + " has "
              + ids.size()
              + " ids, the model knows "
              + vocabulary
              + "; use the tokenizer that the model was trained with.");
    }
    padding.ifPresent(
        id -> {
          int found = ids.id(SpecialToken.PADDING);
          if (found != id) {
            throw new DataException(
                "the tokenizer "
                    + tokenizer.path()
                    + " pads with id "
                    + found
                    + ", the model's config says "
                    + id
                    + "; use the tokenizer that the model was trained with.");
          }
        });
  }

  /**
   * Refuses text with tokens that the model does not know.
   *
   * @param largest the largest id in the text
   */
  void checkIds(Vocabulary ids, int largest) {
    if (largest >= vocabulary) {
      throw new DataException(
          "the text has the token with id "
              + largest
              + ", which the tokenizer "
              + ids.source()
              + " has and the model does not: it knows "
              + vocabulary
              + "; leave that token out of the text, or enlarge the model's embedding.");
    }
  }

  /**
   * Returns the ids of single texts with the special tokens that the tokenizer puts around one.
   *
   * @throws DataException if the tokenizer is another model's, or a text has no token, too many or
   *     one that the model does not know
   */
  List<int[]> encode(TokenizerFile file, TextTokenizer tokenizer, List<String> texts) {
    checkVocabulary(file);
    List<int[]> all = texts.stream().map(tokenizer::encodeFramed).toList();
    for (int[] ids : all) {
      if (ids.length == 0) {
        throw new DataException("reading a text: it is empty; give it a word at least.");
      }
      if (ids.length > longest) {
        throw new DataException(
            "reading a text of "
                + ids.length
                + " tokens: the model has "
                + longest
                + " positions; shorten the text.");
      }
      checkIds(file.vocabulary(), Arrays.stream(ids).max().orElseThrow());
    }
    return all;
  }

  /**
   * Returns the id of a special token that examples are made with.
   *
   * @param ids the ids of the tokenizer
   * @param token which token
   * @return its id
   * @throws DataException if the tokenizer has none, or one that the model does not know
   */
  public int id(Vocabulary ids, SpecialToken token) {
    int id = ids.id(token);
    if (id >= vocabulary) {
      throw new DataException(
          "the tokenizer "
              + ids.source()
              + " has the id "
              + id
              + " for its "
              + token.words()
              + " token, the model knows "
              + vocabulary
              + "; use the tokenizer that the model was trained with.");
    }
    return id;
  }

  /** Returns the number of ids that both a tokenizer and the model know. */
  int common(Vocabulary ids) {
    return Math.min(vocabulary, ids.size());
  }
}
