package dev.ligo.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.core.data.DataException;
import dev.ligo.core.model.Axis;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code tokenizer.json} says.
 *
 * @param root all of it
 * @param pieces the ids of the pieces, those of added tokens included
 * @param special the ids of added tokens that are special
 * @param model the object {@code model}
 * @param postProcessor the object {@code post_processor}, empty where there is none
 */
record TokenizerJson(
    JsonObject root,
    Map<String, Integer> pieces,
    BitSet special,
    JsonObject model,
    JsonObject postProcessor) {
  /** The key of the tokens that are found before a text is divided. */
  static final String ADDED = "added_tokens";

  /** The ids of special tokens are bits of a set. */
  private static final int MOST_IDS = Axis.Vocabulary.MOST;

  /**
   * Reads a file's text: {@code model.vocab}, an object of pieces and ids (WordPiece, BPE,
   * WordLevel) or an array of pieces (Unigram), and {@code added_tokens}.
   *
   * @param source the file, for error messages
   * @throws DataException if it is not JSON, or not that of a tokenizer
   */
  static TokenizerJson parse(String json, Path source) {
    TokenizerJson parsed = parsed(json, source);
    Optional<String> broken = NativeLimits.broken(parsed.root(), parsed.pieces().keySet());
    if (broken.isPresent()) {
      throw new DataException(
          "reading the tokenizer "
              + source
              + ": found a "
              + broken.get()
              + ", which the tokenizers library cannot take; save it again with the tokenizers or"
              + " transformers package.");
    }
    return parsed;
  }

  private static TokenizerJson parsed(String json, Path source) {
    Map<String, Integer> pieces = new HashMap<>();
    BitSet special = new BitSet();
    try {
      JsonObject root = JsonParser.parseString(json).getAsJsonObject();
      JsonObject model = root.getAsJsonObject("model");
      pieces.putAll(modelPieces(model));
      if (root.get(ADDED) instanceof JsonArray added) {
        for (JsonElement element : added) {
          JsonObject token = element.getAsJsonObject();
          int id = checkId(token.get("id"));
          pieces.put(token.get("content").getAsString(), id);
          special.set(id, token.get("special").getAsBoolean());
        }
      }
      JsonElement processor = root.get("post_processor");
      return new TokenizerJson(
          root, pieces, special, model, processor instanceof JsonObject o ? o : new JsonObject());
    } catch (RuntimeException e) {
      // Half a dozen types tell that the text is not JSON, or has another shape.
      throw new DataException(
          "reading the tokenizer "
              + source
              + ": expected the JSON of a Hugging Face tokenizer with model.vocab and added_tokens,"
              + " found something else"
              + (e instanceof IllegalArgumentException ? ", " + e.getMessage() : "")
              + "; save it again with the tokenizers or transformers package.",
          e);
    }
  }

  /** Returns the ids of the model's pieces, without added tokens. */
  Map<String, Integer> modelPieces() {
    return modelPieces(model);
  }

  private static Map<String, Integer> modelPieces(JsonObject model) {
    Map<String, Integer> pieces = new HashMap<>();
    JsonElement vocab = model.get("vocab");
    if (vocab.isJsonArray()) {
      for (JsonElement piece : vocab.getAsJsonArray()) {
        pieces.put(piece.getAsJsonArray().get(0).getAsString(), pieces.size());
      }
    } else {
      vocab.getAsJsonObject().asMap().forEach((piece, id) -> pieces.put(piece, checkId(id)));
    }
    return pieces;
  }

  /** Returns the added tokens, as they stand there. */
  List<JsonObject> added() {
    return root.get(ADDED) instanceof JsonArray a
        ? a.asList().stream().map(JsonElement::getAsJsonObject).toList()
        : List.of();
  }

  /** Returns the steps of a part such as {@code normalizer}: those of a sequence, or the part. */
  Stream<JsonObject> steps(String part) {
    return steps(root.get(part));
  }

  /** Returns the steps of a part, none where there is no part. */
  static Stream<JsonObject> steps(@Nullable JsonElement part) {
    if (!(part instanceof JsonObject step)) {
      return Stream.empty();
    }
    return Stream.of("normalizers", "pretokenizers")
        .filter(step::has)
        .findFirst()
        .map(
            list ->
                step.get(list) instanceof JsonArray a
                    ? a.asList().stream()
                    : Stream.<JsonElement>of())
        .map(inside -> inside.flatMap(TokenizerJson::steps))
        .orElse(Stream.of(step));
  }

  private static int checkId(JsonElement id) {
    try {
      long whole = id.getAsBigDecimal().longValueExact();
      if (whole >= 0 && whole < MOST_IDS) {
        return (int) whole;
      }
    } catch (ArithmeticException e) {
      // it is no whole number, or beyond all
    }
    throw new IllegalArgumentException(
        "id " + id + " where ids are whole numbers below " + MOST_IDS);
  }
}
