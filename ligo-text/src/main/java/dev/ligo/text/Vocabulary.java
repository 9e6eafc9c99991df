package dev.ligo.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.core.data.DataException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/** The ids of a tokenizer: how many there are, and which of them are special. */
public final class Vocabulary {
  private final Path source;
  private final int size;
  private final BitSet special;
  private final Map<SpecialToken, Integer> ids;

  private Vocabulary(Path source, Map<String, Integer> pieces, BitSet special) {
    this.source = source;
    this.size = pieces.values().stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
    this.special = special;
    this.ids = new EnumMap<>(SpecialToken.class);
    for (SpecialToken token : SpecialToken.values()) {
      token.spellings().stream()
          .filter(pieces::containsKey)
          .findFirst()
          .ifPresent(spelling -> ids.put(token, pieces.get(spelling)));
    }
    ids.values().forEach(special::set);
  }

  /**
   * Reads the vocabulary out of the text of a {@code tokenizer.json}: {@code model.vocab}, an
   * object of pieces and ids (WordPiece, BPE) or an array of pieces (Unigram), and {@code
   * added_tokens}.
   *
   * @param json the file's text
   * @param source the file, for error messages
   * @throws DataException if it is not JSON, or not that of a tokenizer
   */
  static Vocabulary parse(String json, Path source) {
    Map<String, Integer> pieces = new HashMap<>();
    BitSet special = new BitSet();
    try {
      JsonObject root = JsonParser.parseString(json).getAsJsonObject();
      JsonElement vocab = root.getAsJsonObject("model").get("vocab");
      if (vocab.isJsonArray()) {
        for (JsonElement piece : vocab.getAsJsonArray()) {
          pieces.put(piece.getAsJsonArray().get(0).getAsString(), pieces.size());
        }
      } else {
        vocab
            .getAsJsonObject()
            .asMap()
            .forEach((piece, id) -> pieces.put(piece, checkId(id.getAsInt())));
      }
      if (root.get("added_tokens") instanceof JsonArray added) {
        for (JsonElement element : added) {
          JsonObject token = element.getAsJsonObject();
          int id = checkId(token.get("id").getAsInt());
          pieces.put(token.get("content").getAsString(), id);
          special.set(id, token.get("special").getAsBoolean());
        }
      }
    } catch (RuntimeException e) {
      // Half a dozen types tell that the text is not JSON, or has another shape.
      throw new DataException(
          "reading the tokenizer "
              + source
              + ": expected the JSON of a Hugging Face tokenizer with model.vocab and added_tokens,"
              + " found something else; save it again with the tokenizers or transformers package.",
          e);
    }
    return new Vocabulary(source, pieces, special);
  }

  private static int checkId(int id) {
    if (id < 0) {
      throw new IllegalArgumentException("negative id " + id);
    }
    return id;
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
                        + token.name().toLowerCase(Locale.ROOT)
                        + " token: expected "
                        + String.join(" or ", token.spellings())
                        + "; use the tokenizer of a model that was trained on the same task."));
  }

  /**
   * {@return whether an id is of a special token, of which nothing is to be learned by itself}
   *
   * @param id the token's id
   */
  public boolean isSpecial(int id) {
    return special.get(id);
  }
}
