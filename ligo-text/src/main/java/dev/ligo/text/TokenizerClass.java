package dev.ligo.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.ligo.core.data.DataException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which class {@code AutoTokenizer} of {@code transformers} 5 takes for a tokenizer: the one that a
 * file names, or the one that is registered for models of a type.
 */
final class TokenizerClass {
  /** The key under which a file names it. */
  static final String KEY = "tokenizer_class";

  /** What files call the class that takes {@code tokenizer.json} as it is. */
  static final String PLAIN = "PreTrainedTokenizerFast";

  /** All its names. */
  private static final Set<String> PLAIN_NAMES =
      Set.of(PLAIN, "PreTrainedTokenizer", "TokenizersBackend", "BloomTokenizer");

  /** The types of models of which a tokenizer is taken as it is, whatever class a file names. */
  private static final Set<String> AS_IT_IS =
      Set.of(
          "flex_olmo",
          "glm",
          "glm4",
          "glm4_moe",
          "gpt_bigcode",
          "granite",
          "granitemoe",
          "internlm2",
          "mistral",
          "mixtral",
          "modernbert",
          "nemotron",
          "olmo2",
          "olmo3",
          "persimmon",
          "phi3",
          "stablelm",
          "xlm-roberta-xl");

  /** The classes that are registered for models of a type. */
  private static final Map<String, String> REGISTERED =
      Map.ofEntries(
          Map.entry("bert", "BertTokenizer"),
          Map.entry("roberta", "RobertaTokenizer"),
          Map.entry("xlm-roberta", "XLMRobertaTokenizer"),
          Map.entry("camembert", "CamembertTokenizer"),
          Map.entry("gpt2", "GPT2Tokenizer"),
          Map.entry("gpt_neox", "GPTNeoXTokenizer"),
          Map.entry("code_llama", "CodeLlamaTokenizer"),
          Map.entry("t5", "T5Tokenizer"),
          Map.entry("albert", "AlbertTokenizer"),
          Map.entry("qwen2", "Qwen2Tokenizer"),
          Map.entry("qwen3", "Qwen2Tokenizer"),
          Map.entry("gemma", "GemmaTokenizer"),
          Map.entry("gemma2", "GemmaTokenizer"),
          Map.entry("gemma3", "GemmaTokenizer"),
          Map.entry("gemma3_text", "GemmaTokenizer"));

  /**
   * The types of models whose files name a class that is not theirs. The registered one makes sense
   * of a BPE alone; a tokenizer of another model is left to the class that is named.
   */
  private static final Set<String> MISNAMED = Set.of("qwen2");

  /** Other names of classes. */
  private static final Map<String, String> ALIASES =
      Map.ofEntries(
          Map.entry("ElectraTokenizer", "BertTokenizer"),
          Map.entry("DistilBertTokenizer", "BertTokenizer"),
          Map.entry("MobileBertTokenizer", "BertTokenizer"),
          Map.entry("LayoutLMTokenizer", "BertTokenizer"),
          Map.entry("SqueezeBertTokenizer", "BertTokenizer"),
          Map.entry("LxmertTokenizer", "BertTokenizer"),
          Map.entry("BartTokenizer", "RobertaTokenizer"),
          Map.entry("LEDTokenizer", "RobertaTokenizer"),
          Map.entry("MvpTokenizer", "RobertaTokenizer"),
          Map.entry("LongformerTokenizer", "RobertaTokenizer"));

  private TokenizerClass() {}

  /**
   * Returns the name of the class that builds a tokenizer; nothing if it is taken as it is.
   *
   * @param tokenizer the content of {@code tokenizer.json}
   * @param tokenizerConfig that of {@code tokenizer_config.json}, empty if there is none
   * @param config that of {@code config.json}, likewise
   * @throws DataException if a file names a class by something else than a text
   */
  static Optional<String> of(JsonObject tokenizer, JsonObject tokenizerConfig, JsonObject config) {
    Optional<String> registered = Optional.ofNullable(REGISTERED.get(type(config)));
    Optional<String> named = named(tokenizerConfig, config);
    if (named.isEmpty() || isMisnamed(tokenizer, config)) {
      return registered;
    }
    return named
        .filter(c -> !PLAIN_NAMES.contains(c) && !AS_IT_IS.contains(type(config)))
        .filter(c -> !(c.equals("LlamaTokenizer") && hasBytes(tokenizer)));
  }

  /** Returns whether the class is that of the models' type, whatever a file names. */
  static boolean isMisnamed(JsonObject tokenizer, JsonObject config) {
    return MISNAMED.contains(type(config))
        && tokenizer.get("model") instanceof JsonObject model
        && (!model.has(ClassParts.TYPE) || ClassParts.isA(model, "BPE"));
  }

  private static String type(JsonObject config) {
    return config.get("model_type") instanceof JsonPrimitive p ? p.getAsString() : "";
  }

  /** Returns whether bytes are pieces, where that class has characters. */
  private static boolean hasBytes(JsonObject tokenizer) {
    return tokenizer.toString().contains('"' + ClassParts.BYTE_LEVEL + '"');
  }

  /** Returns the name of the class that a file names, the same for all names that it has. */
  private static Optional<String> named(JsonObject tokenizerConfig, JsonObject config) {
    return named("tokenizer_config.json", tokenizerConfig).or(() -> named("config.json", config));
  }

  private static Optional<String> named(String file, JsonObject content) {
    JsonElement name = content.get(KEY);
    if (name == null || name.isJsonNull()) {
      return Optional.empty();
    }
    if (name instanceof JsonPrimitive p && p.isString()) {
      return Optional.of(p.getAsString()).filter(n -> !n.isEmpty()).map(TokenizerClass::known);
    }
    throw new DataException(
        "reading the class of a tokenizer: expected a text as '"
            + KEY
            + "' in "
            + file
            + ", such as \"PreTrainedTokenizerFast\", found "
            + name
            + "; name the class, or remove the key.");
  }

  private static String known(String name) {
    String plain = PLAIN_NAMES.contains(name) ? name : name.replaceFirst("Fast$", "");
    return ALIASES.getOrDefault(plain, plain);
  }
}
