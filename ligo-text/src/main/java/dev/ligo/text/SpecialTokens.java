package dev.ligo.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides which ids are a tokenizer's special tokens, believing its files in the order in which
 * {@code transformers} does:
 *
 * <ol>
 *   <li>what stands around a text is what the post-processor of {@code tokenizer.json} puts there;
 *       names that {@linkplain #contradiction contradict} it are refused, unless the class is
 *       plain;
 *   <li>a name is the one in {@code special_tokens_map.json}, unless {@code tokenizer_config.json}
 *       lists its {@code added_tokens_decoder}: then that file alone counts;
 *   <li>else the one in {@code tokenizer_config.json}, else that of the tokenizer's class;
 *   <li>the unknown token is the one of the model in {@code tokenizer.json};
 *   <li>{@code config.json} tells ids of the model, such as {@code eos_token_id}, which are
 *       believed if the tokenizer has a special token there: one left over from a default is none;
 *   <li>where nothing is said, a token is found by its common spellings.
 * </ol>
 */
final class SpecialTokens {
  private final TokenizerJson tokenizer;
  private final JsonObject arguments;
  private final Map<String, String> defaults;
  private final JsonObject config;

  /**
   * Reads what tells of special tokens.
   *
   * @param arguments those of the tokenizer's class, see {@link #arguments}
   * @param defaults the names of the class where no argument is one, by their keys
   * @param config the content of {@code config.json}, empty if there is none
   */
  SpecialTokens(
      TokenizerJson tokenizer,
      JsonObject arguments,
      Map<String, String> defaults,
      JsonObject config) {
    this.tokenizer = tokenizer;
    this.arguments = arguments;
    this.defaults = defaults;
    this.config = config;
  }

  /**
   * Returns the arguments that a tokenizer's class is given: {@code tokenizer_config.json} with the
   * names of {@code special_tokens_map.json} in the place of its own, unless it lists its tokens.
   *
   * @param tokenizerConfig the content of the one, empty if there is none
   * @param specialTokensMap that of the other, likewise
   */
  static JsonObject arguments(JsonObject tokenizerConfig, JsonObject specialTokensMap) {
    if (tokenizerConfig.has(AddedTokens.LISTED) || specialTokensMap.isEmpty()) {
      return tokenizerConfig;
    }
    JsonObject arguments = tokenizerConfig.deepCopy();
    specialTokensMap.entrySet().forEach(e -> arguments.add(e.getKey(), e.getValue()));
    return arguments;
  }

  /** Returns the ids of the special tokens that there are. */
  Map<SpecialToken, Integer> ids() {
    Map<SpecialToken, Integer> ids = new EnumMap<>(SpecialToken.class);
    for (SpecialToken token : SpecialToken.values()) {
      id(token).ifPresent(id -> ids.put(token, id));
    }
    return ids;
  }

  private Optional<Integer> id(SpecialToken token) {
    return around(token)
        .or(() -> named(token))
        .or(() -> token == SpecialToken.UNKNOWN ? unknown() : Optional.empty())
        .or(() -> ofModel(token))
        .or(() -> token.spellings().stream().flatMap(s -> piece(s).stream()).findFirst());
  }

  /**
   * Returns, in words, where a name is that of another token than the one that stands around texts.
   * Of the {@linkplain TokenizerClass classes} that build a tokenizer some make the post-processor
   * anew from the names, and others leave it as it is.
   */
  Optional<String> contradiction() {
    return Stream.of(SpecialToken.CLASSIFIER, SpecialToken.SEPARATOR)
        .flatMap(
            token ->
                around(token).stream()
                    .flatMap(
                        id ->
                            named(token).stream()
                                .filter(n -> !n.equals(id))
                                .map(n -> contradiction(token, id, n))))
        .findFirst();
  }

  private static String contradiction(SpecialToken token, int around, int named) {
    return "its post-processor puts id %d %s a text, but the files beside it name id %d as '%s'"
        .formatted(
            around, token == SpecialToken.CLASSIFIER ? "before" : "after", named, token.key());
  }

  private Optional<Integer> piece(String spelling) {
    return Optional.ofNullable(tokenizer.pieces().get(spelling));
  }

  /** Returns the first token that the post-processor puts before a text, or after it. */
  private Optional<Integer> around(SpecialToken token) {
    return switch (token) {
      case CLASSIFIER -> frame().before().stream().findFirst();
      case SEPARATOR -> frame().after().stream().findFirst();
      case MASK, PADDING, END_OF_TEXT, UNKNOWN -> Optional.empty();
    };
  }

  /** Returns what the post-processor puts around a text. */
  Frame frame() {
    return Frame.of(tokenizer.postProcessor());
  }

  private Optional<Integer> named(SpecialToken token) {
    return AddedTokens.name(arguments, token.key(), defaults).flatMap(this::piece);
  }

  private Optional<Integer> unknown() {
    return string(tokenizer.model().get("unk_token"))
        .flatMap(this::piece)
        .or(() -> number(tokenizer.model().get("unk_id")));
  }

  /** Returns the first id that the model's config has for a token and the tokenizer too. */
  private Optional<Integer> ofModel(SpecialToken token) {
    IntPredicate special = tokenizer.special()::get;
    return numbers(config, token).filter(i -> i >= 0 && special.test(i)).findFirst();
  }

  /** Returns the ids that a model's config has for the end of a text, if it speaks of it. */
  static Optional<Set<Integer>> ends(JsonObject config) {
    return config.has(SpecialToken.END_OF_TEXT.key() + "_id")
        ? Optional.of(
            numbers(config, SpecialToken.END_OF_TEXT).collect(Collectors.toUnmodifiableSet()))
        : Optional.empty();
  }

  /** Returns the ids that a model's config has for a token, one or several. */
  private static Stream<Integer> numbers(JsonObject config, SpecialToken token) {
    JsonElement id = config.get(token.key() + "_id");
    return id instanceof JsonArray several
        ? several.asList().stream().flatMap(e -> number(e).stream())
        : number(id).stream();
  }

  private static Optional<String> string(@Nullable JsonElement e) {
    return e instanceof JsonPrimitive p && p.isString()
        ? Optional.of(p.getAsString())
        : Optional.empty();
  }

  private static Optional<Integer> number(@Nullable JsonElement e) {
    return e instanceof JsonPrimitive p && p.isNumber()
        ? Optional.of(p.getAsInt())
        : Optional.empty();
  }
}
