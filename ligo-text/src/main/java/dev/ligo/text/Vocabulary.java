package dev.ligo.text;

import dev.ligo.core.data.DataException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Map;
import java.util.OptionalInt;

/** The ids of a tokenizer: how many there are, and which of them are special. */
public final class Vocabulary {
  private final Path source;
  private final int size;
  private final BitSet special;
  private final Map<SpecialToken, Integer> ids;

  /**
   * Describes a tokenizer's ids.
   *
   * @param source the tokenizer's file, for error messages
   * @param ids the ids of its special tokens
   */
  Vocabulary(Path source, TokenizerJson tokenizer, Map<SpecialToken, Integer> ids) {
    this.source = source;
    this.size =
        tokenizer.pieces().values().stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
    this.ids = Map.copyOf(ids);
    this.special = (BitSet) tokenizer.special().clone();
    ids.values().forEach(special::set);
  }

  /** {@return the largest id plus 1: the rows that a table of word embeddings needs at least} */
  public int size() {
    return size;
  }

  /**
   * {@return the id of a special token, if the vocabulary has it}
   *
   * @param token the special token
   */
  public OptionalInt find(SpecialToken token) {
    Integer id = ids.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /**
   * {@return the id of a special token}
   *
   * @param token the special token
   * @throws DataException if the vocabulary does not have it
   */
  public int id(SpecialToken token) {
    return find(token)
        .orElseThrow(
            () ->
                new DataException(
                    "the tokenizer "
                        + source
                        + " has no "
                        + token.words()
                        + " token: expected "
                        + String.join(" or ", token.spellings())
                        + ", or a '"
                        + token.key()
                        + "' in tokenizer_config.json; use the tokenizer of a model that was"
                        + " trained on the same task."));
  }

  /**
   * {@return whether an id is of a special token, of which nothing is to be learned by itself}
   *
   * @param id the token's id
   */
  public boolean isSpecial(int id) {
    return special.get(id);
  }

  /** Returns the first id from another one on that is not special, or −1. */
  int firstPlainFrom(int id) {
    int first = special.nextClearBit(id);
    return first < size ? first : -1;
  }

  /** Returns what is said of text of which there is nothing but special tokens. */
  String nothingKnown() {
    return "all of its tokens are unknown to the vocabulary of "
        + source
        + ", or special: there is nothing to learn from or to score; give text in the language and"
        + " script of the tokenizer.";
  }

  /** Returns the tokenizer's file. */
  Path source() {
    return source;
  }
}
