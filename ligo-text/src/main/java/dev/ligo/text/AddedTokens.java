package dev.ligo.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that {@code transformers} adds to a tokenizer, which are found in a text before it is
 * divided: those that {@code tokenizer_config.json} lists, else those of {@code tokenizer.json},
 * and those that are named as special. One that is no piece of the model has a new id.
 */
final class AddedTokens {
  /** The key of the tokens that {@code tokenizer_config.json} lists. */
  static final String LISTED = "added_tokens_decoder";

  /** The keys that name a special token, in the order in which tokens are added. */
  private static final List<String> NAMES =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  /** The keys that list further special tokens; the first that has some counts. */
  private static final List<String> EXTRA =
      List.of("extra_special_tokens", "additional_special_tokens");

  private static final String CONTENT = "content";
  private static final String SPECIAL = "special";
  private static final String ID = "id";
  private static final Comparator<JsonObject> BY_ID = Comparator.comparingInt(AddedTokens::id);

  private final JsonObject arguments;
  private final Map<String, String> defaults;
  private final Map<String, Integer> pieces;
  private final List<JsonObject> before;
  private final Map<String, JsonObject> added = new HashMap<>();

  private AddedTokens(TokenizerJson tokenizer, JsonObject arguments, Map<String, String> defaults) {
    this.arguments = arguments;
    this.defaults = defaults;
    this.pieces = tokenizer.modelPieces();
    this.before = tokenizer.added();
  }

  /**
   * Puts the tokens into a tokenizer.
   *
   * @param tokenizer the tokenizer, whose JSON is changed
   * @param arguments the {@linkplain SpecialTokens#arguments arguments} of its class
   * @param defaults the names that the class gives to special tokens where no file does
   * @param more those that the class adds unless a file names such
   * @param kept whether tokens that {@code tokenizer_config.json} does not list stay
   * @return whether something was changed
   */
  static boolean settle(
      TokenizerJson tokenizer,
      JsonObject arguments,
      Map<String, String> defaults,
      List<String> more,
      boolean kept) {
    AddedTokens tokens = new AddedTokens(tokenizer, arguments, defaults);
    if (kept) {
      tokens.before.forEach(t -> tokens.added.put(content(t).orElse(""), t));
    }
    tokens.listed().forEach(tokens::add);
    tokens.named().forEach(tokens::addSpecial);
    tokens.extra(more).forEach(tokens::addSpecial);
    List<JsonObject> after = tokens.added.values().stream().sorted(BY_ID).toList();
    if (after.equals(tokens.before)) {
      return false;
    }
    JsonArray all = new JsonArray();
    after.forEach(all::add);
    tokenizer.root().add(TokenizerJson.ADDED, all);
    return true;
  }

  /** Returns the text of a special token by its key, if it has one. */
  static Optional<String> name(JsonObject arguments, String key, Map<String, String> defaults) {
    return arguments.has(key)
        ? content(arguments.get(key))
        : Optional.ofNullable(defaults.get(key));
  }

  /** Returns the text of a token, which stands there itself or in an object. */
  static Optional<String> content(@Nullable JsonElement token) {
    JsonElement text = token instanceof JsonObject o ? o.get(CONTENT) : token;
    return text instanceof JsonPrimitive p && p.isString()
        ? Optional.of(p.getAsString())
        : Optional.empty();
  }

  private Stream<JsonObject> listed() {
    if (arguments.get(LISTED) instanceof JsonObject listed) {
      return listed.asMap().entrySet().stream()
          .filter(e -> e.getKey().matches("[0-9]{1,9}") && e.getValue().isJsonObject())
          .sorted(Comparator.comparingInt(e -> Integer.parseInt(e.getKey())))
          .map(e -> e.getValue().getAsJsonObject());
    }
    return before.stream().sorted(BY_ID);
  }

  private Stream<JsonElement> named() {
    Stream<String> own =
        arguments.keySet().stream().filter(k -> k.endsWith("_token") && !NAMES.contains(k));
    return Stream.concat(NAMES.stream(), own).flatMap(k -> element(k).stream());
  }

  private Optional<JsonElement> element(String key) {
    return arguments.has(key)
        ? Optional.of(arguments.get(key))
        : Optional.ofNullable(defaults.get(key)).map(JsonPrimitive::new);
  }

  private Stream<JsonElement> extra(List<String> more) {
    return EXTRA.stream()
        .filter(k -> arguments.get(k) instanceof JsonArray a && !a.isEmpty())
        .findFirst()
        .map(k -> arguments.getAsJsonArray(k).asList().stream())
        .orElse(more.stream().map(JsonPrimitive::new));
  }

  private void addSpecial(JsonElement token) {
    Optional<String> content = content(token);
    if (content.isPresent() && !added.containsKey(content.get())) {
      JsonObject special = token instanceof JsonObject o ? o.deepCopy() : new JsonObject();
      special.addProperty(CONTENT, content.get());
      special.addProperty(SPECIAL, true);
      add(special);
    }
  }

  /** Adds a token, or gives it other properties where it is one of those added. */
  private void add(JsonObject token) {
    String content = content(token).orElse("");
    if (content.isEmpty()) {
      return;
    }
    boolean special = is(token, SPECIAL, false);
    JsonObject old = added.get(content);
    JsonObject whole = new JsonObject();
    whole.addProperty(ID, old == null ? newId(content) : id(old));
    whole.addProperty(CONTENT, content);
    for (String property : List.of("single_word", "lstrip", "rstrip")) {
      whole.addProperty(property, is(token, property, false));
    }
    whole.addProperty("normalized", is(token, "normalized", !special));
    whole.addProperty(
        SPECIAL, special || named().anyMatch(n -> content(n).equals(Optional.of(content))));
    added.put(content, whole);
  }

  private static boolean is(JsonObject token, String property, boolean otherwise) {
    return token.get(property) instanceof JsonPrimitive p ? p.getAsBoolean() : otherwise;
  }

  private static int id(JsonObject token) {
    return token.get(ID).getAsInt();
  }

  /** Returns the id of a piece of the model, else the one after all others. */
  private int newId(String content) {
    Integer piece = pieces.get(content);
    if (piece != null) {
      return piece;
    }
    int last = added.values().stream().mapToInt(AddedTokens::id).max().orElse(-1);
    return Math.max(pieces.size(), last + 1);
  }
}
