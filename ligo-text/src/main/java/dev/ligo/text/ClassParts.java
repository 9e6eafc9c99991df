package dev.ligo.text;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The parts of a tokenizer that a class of {@code transformers} builds itself, whatever {@code
 * tokenizer.json} says. {@link ClassBuild} puts them in the place of parts that published files
 * have; where a file has yet another part, it is refused, since texts have other ids there. Listed
 * are the classes of which it is known.
 */
final class ClassParts {
  static final String NORMALIZER = "normalizer";
  static final String PRE_TOKENIZER = "pre_tokenizer";
  static final String POST_PROCESSOR = "post_processor";
  static final String METASPACE = "Metaspace";
  static final String BYTE_LEVEL = "ByteLevel";
  static final String TYPE = "type";

  /** What normalizes unigrams on the hub. */
  static final Set<String> OF_UNIGRAMS = Set.of("Precompiled", "Strip", "Replace");

  /** What divides a text into words and marks them. */
  static final Set<String> MARKED_WORDS = Set.of("WhitespaceSplit", METASPACE);

  private ClassParts() {}

  /**
   * Returns, in words, which part of a tokenizer its class builds otherwise, or that nothing is
   * known of the class.
   */
  static Optional<String> difference(String name, TokenizerJson tokenizer) {
    List<JsonObject> normalizers = tokenizer.steps(NORMALIZER).toList();
    List<JsonObject> divisions = tokenizer.steps(PRE_TOKENIZER).toList();
    return switch (simple(name)) {
      case "Bert" -> ofBert(name, tokenizer, normalizers, divisions);
      case "Roberta", "GPT2" -> ofBytes(name, tokenizer, normalizers.isEmpty(), "none", divisions);
      case "Qwen2", "GPTNeoX" ->
          ofBytes(name, tokenizer, only(normalizers, "NFC"), "NFC alone", divisions);
      case "Gemma" -> ofGemma(name, tokenizer, normalizers, divisions);
      case "Llama" -> ofLlama(name, tokenizer, normalizers, divisions);
      case "XLMRoberta", "Camembert" -> ofUnigrams(name, tokenizer, normalizers, divisions);
      default -> Optional.of("its class is " + name + ", which is not supported");
    };
  }

  private static Optional<String> ofBert(
      String name,
      TokenizerJson tokenizer,
      List<JsonObject> normalizers,
      List<JsonObject> divisions) {
    // Whole words are pieces of both, unless there are such as continue a word.
    boolean words =
        isA(tokenizer.model(), "WordLevel")
            && tokenizer.pieces().keySet().stream().noneMatch(p -> p.startsWith("##"));
    String unknown = AddedTokens.content(tokenizer.model().get("unk_token")).orElse("");
    return (words ? Optional.<String>empty() : isModel(name, tokenizer, "WordPiece"))
        .or(
            () ->
                unless(
                    words || tokenizer.modelPieces().containsKey(unknown),
                    "unknown token",
                    name,
                    unknown + ", none of its pieces"))
        .or(
            () ->
                unless(
                    only(normalizers, "BertNormalizer"), NORMALIZER, name, "BertNormalizer alone"))
        .or(
            () ->
                unless(
                    only(divisions, "BertPreTokenizer"),
                    "pre-tokenizer",
                    name,
                    "BertPreTokenizer alone"));
  }

  private static Optional<String> ofBytes(
      String name,
      TokenizerJson tokenizer,
      boolean normalized,
      String normalizer,
      List<JsonObject> divisions) {
    return isModel(name, tokenizer, "BPE")
        .or(() -> unless(normalized, NORMALIZER, name, normalizer))
        .or(
            () ->
                unless(
                    divisions.stream().anyMatch(d -> isA(d, BYTE_LEVEL)),
                    "pre-tokenizer",
                    name,
                    BYTE_LEVEL));
  }

  private static Optional<String> ofGemma(
      String name,
      TokenizerJson tokenizer,
      List<JsonObject> normalizers,
      List<JsonObject> divisions) {
    return isModel(name, tokenizer, "BPE")
        .or(() -> unless(only(normalizers, "Replace"), NORMALIZER, name, "Replace alone"))
        .or(() -> unless(only(divisions, "Split"), "pre-tokenizer", name, "Split at spaces"));
  }

  private static Optional<String> ofLlama(
      String name,
      TokenizerJson tokenizer,
      List<JsonObject> normalizers,
      List<JsonObject> divisions) {
    return isModel(name, tokenizer, "BPE")
        .or(() -> unless(normalizers.isEmpty(), NORMALIZER, name, "none"))
        .or(
            () ->
                unless(
                    only(divisions, METASPACE) && !divides(divisions.get(0)),
                    "pre-tokenizer",
                    name,
                    "Metaspace with 'split' false"));
  }

  private static Optional<String> ofUnigrams(
      String name,
      TokenizerJson tokenizer,
      List<JsonObject> normalizers,
      List<JsonObject> divisions) {
    return isModel(name, tokenizer, "Unigram")
        .or(() -> unless(areOf(normalizers, OF_UNIGRAMS), NORMALIZER, name, "Precompiled alone"))
        .or(
            () ->
                unless(
                    areOf(divisions, MARKED_WORDS),
                    "pre-tokenizer",
                    name,
                    "WhitespaceSplit and Metaspace"));
  }

  /** Refuses another kind of model, where the file says which it is. */
  private static Optional<String> isModel(String name, TokenizerJson tokenizer, String kind) {
    boolean said = tokenizer.model().has(TYPE);
    return unless(!said || isA(tokenizer.model(), kind), "model", name, kind);
  }

  private static Optional<String> unless(boolean same, String part, String name, String built) {
    return same
        ? Optional.empty()
        : Optional.of(
            "its %s differs from that of %s in transformers, which is %s"
                .formatted(part, name, built));
  }

  static String simple(String name) {
    return name.replaceFirst("Tokenizer$", "");
  }

  static boolean only(List<JsonObject> steps, String type) {
    return steps.size() == 1 && isA(steps.get(0), type);
  }

  static boolean isA(JsonObject step, String type) {
    return step.get(TYPE) instanceof JsonPrimitive p && p.getAsString().equals(type);
  }

  static boolean divides(JsonObject metaspace) {
    return !(metaspace.get("split") instanceof JsonPrimitive p) || p.getAsBoolean();
  }

  /** Returns whether steps are all of some types; of none there are. */
  static boolean areOf(List<JsonObject> steps, Set<String> types) {
    return steps.stream().allMatch(s -> types.stream().anyMatch(t -> isA(s, t)));
  }
}
