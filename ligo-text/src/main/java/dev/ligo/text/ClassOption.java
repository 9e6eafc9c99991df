package dev.ligo.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Optional;
import java.util.Set;

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

  /** The classes without such arguments, which take {@code tokenizer.json} as it is. */
  private static final Set<String> PLAIN =
      Set.of("PreTrainedTokenizerFast", "PreTrainedTokenizer", "TokenizersBackend");

  private static final String CLASS = "tokenizer_class";

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
   * Puts the arguments, and {@linkplain ClassParts parts} of the class, in the place of what {@code
   * tokenizer.json} says.
   *
   * @param tokenizer the content of {@code tokenizer.json}, which is changed
   * @param tokenizerConfig that of {@code tokenizer_config.json}, empty if there is none
   * @param config that of {@code config.json}, likewise
   * @return whether something was changed
   */
  static boolean settle(JsonObject tokenizer, JsonObject tokenizerConfig, JsonObject config) {
    if (isPlain(tokenizerConfig, config)) {
      return false;
    }
    boolean changed =
        name(tokenizerConfig, config)
            .filter(name -> ClassParts.settle(name, tokenizer))
            .isPresent();
    for (ClassOption option : values()) {
      changed |= option.settleIn(tokenizer, tokenizerConfig);
    }
    return changed;
  }

  /** Returns whether {@code tokenizer.json} is taken as it is, and no class changes it. */
  static boolean isPlain(JsonObject tokenizerConfig, JsonObject config) {
    // Without these two files transformers knows no class.
    return name(tokenizerConfig, config)
        .map(PLAIN::contains)
        .orElse(tokenizerConfig.size() == 0 && config.size() == 0);
  }

  /** Returns the name of the tokenizer's class, if a file names it. */
  static Optional<String> name(JsonObject tokenizerConfig, JsonObject config) {
    JsonElement name = tokenizerConfig.has(CLASS) ? tokenizerConfig.get(CLASS) : config.get(CLASS);
    return name instanceof JsonPrimitive p ? Optional.of(p.getAsString()) : Optional.empty();
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
