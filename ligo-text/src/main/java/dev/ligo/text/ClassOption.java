package dev.ligo.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Optional;

/**
 * An option that stands in {@code tokenizer.json} and is an argument of the tokenizer's class in
 * {@code transformers}, too. Such a class builds that part of the tokenizer from the argument,
 * which stands in {@code tokenizer_config.json} or has a default, whatever {@code tokenizer.json}
 * says.
 */
enum ClassOption {
  /** Whether text is turned into lower case. */
  LOWERCASE("normalizer", "lowercase", "do_lower_case", Optional.of(true)),
  /** Whether accents are taken off; null where that follows from lower case. */
  ACCENTS("normalizer", "strip_accents", "strip_accents", Optional.empty()),
  /** Whether each Chinese character is a word. */
  CHINESE("normalizer", "handle_chinese_chars", "tokenize_chinese_chars", Optional.of(true)),
  /** Whether a text begins as if after a space, where bytes are pieces. */
  PREFIX_SPACE("pre_tokenizer", "add_prefix_space", "add_prefix_space", Optional.of(false));

  /** A key of what marks words by a character, whose classes have a default of their own. */
  private static final String OF_PIECES = "replacement";

  private final String part;
  private final String key;
  private final String argument;
  private final Optional<Boolean> otherwise;

  ClassOption(String part, String key, String argument, Optional<Boolean> otherwise) {
    this.part = part;
    this.key = key;
    this.argument = argument;
    this.otherwise = otherwise;
  }

  /**
   * Puts the arguments, and {@linkplain ClassBuild parts} of the class, in the place of what {@code
   * tokenizer.json} says.
   *
   * @param tokenizer the content of {@code tokenizer.json}, which is changed
   * @param tokenizerConfig that of {@code tokenizer_config.json}, empty if there is none
   * @param config that of {@code config.json}, likewise
   * @return whether something was changed
   */
  static boolean settle(JsonObject tokenizer, JsonObject tokenizerConfig, JsonObject config) {
    Optional<TokenizerClass> own = TokenizerClass.of(tokenizer, tokenizerConfig, config);
    if (own.isEmpty()) {
      return false;
    }
    boolean changed =
        own.get().isGiven() && ClassBuild.settle(own.get().name(), tokenizer, tokenizerConfig);
    for (ClassOption option : values()) {
      changed |= option.settleIn(tokenizer, tokenizerConfig);
    }
    return changed;
  }

  private boolean settleIn(JsonObject tokenizer, JsonObject tokenizerConfig) {
    if (!(tokenizer.get(part) instanceof JsonObject found)
        || !found.has(key)
        || found.has(OF_PIECES)) {
      return false;
    }
    JsonElement said = tokenizerConfig.get(argument);
    JsonElement wanted =
        said instanceof JsonPrimitive
            ? said
            : otherwise.<JsonElement>map(JsonPrimitive::new).orElse(JsonNull.INSTANCE);
    JsonElement before = found.get(key);
    found.add(key, wanted);
    return !before.equals(wanted);
  }
}
