package dev.ligo.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.ligo.core.data.DataException;
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
   * Puts the arguments, and {@linkplain ClassBuild parts} of the class, in the place of what {@code
   * tokenizer.json} says.
   *
   * @param tokenizer the content of {@code tokenizer.json}, which is changed
   * @param tokenizerConfig that of {@code tokenizer_config.json}, empty if there is none
   * @param config that of {@code config.json}, likewise
   * @return whether something was changed
   */
  static boolean settle(JsonObject tokenizer, JsonObject tokenizerConfig, JsonObject config) {
    if (isPlain(tokenizer, tokenizerConfig, config)) {
      return false;
    }
    boolean changed =
        name(tokenizerConfig, config)
            .filter(name -> ClassBuild.settle(name, tokenizer, tokenizerConfig))
            .isPresent();
    for (ClassOption option : values()) {
      changed |= option.settleIn(tokenizer, tokenizerConfig);
    }
    return changed;
  }

  /** Returns whether {@code tokenizer.json} is taken as it is, and no class changes it. */
  static boolean isPlain(JsonObject tokenizer, JsonObject tokenizerConfig, JsonObject config) {
    // Without these two files transformers knows no class.
    return name(tokenizerConfig, config)
        .map(n -> PLAIN.contains(n) || ClassParts.isAsItIs(n, tokenizer, config))
        .orElse(tokenizerConfig.size() == 0 && config.size() == 0);
  }

  /**
   * Returns the name of the tokenizer's class, if a file names it.
   *
   * @throws DataException if that is no text
   */
  static Optional<String> name(JsonObject tokenizerConfig, JsonObject config) {
    return named("tokenizer_config.json", tokenizerConfig).or(() -> named("config.json", config));
  }

  private static Optional<String> named(String file, JsonObject content) {
    JsonElement name = content.get(CLASS);
    if (name == null || name.isJsonNull()) {
      return Optional.empty();
    }
    if (name instanceof JsonPrimitive p && p.isString()) {
      return Optional.of(p.getAsString()).filter(n -> !n.isEmpty());
    }
    throw new DataException(
        "reading the class of a tokenizer: expected a text as '"
            + CLASS
            + "' in "
            + file
            + ", such as \"PreTrainedTokenizerFast\", found "
            + name
            + "; name the class, or remove the key.");
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
