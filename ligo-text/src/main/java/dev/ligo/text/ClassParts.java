package dev.ligo.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The parts of a tokenizer that a class of {@code transformers} builds itself, whatever {@code
 * tokenizer.json} says. Where that one has another part, texts have other ids there. Listed are the
 * classes of which it is known; from the hub's files they build equal parts.
 */
final class ClassParts {
  private static final String PRE_TOKENIZER = "pre_tokenizer";
  private static final String TYPE = "type";
  private static final String METASPACE = "Metaspace";

  private ClassParts() {}

  /**
   * Puts the division at white space that classes of SentencePiece's unigrams have before that into
   * pieces. Files of the hub leave it out.
   *
   * @param name the class
   * @param tokenizer the content of {@code tokenizer.json}, which is changed
   * @return whether something was changed
   */
  static boolean settle(String name, JsonObject tokenizer) {
    if (!isOfUnigrams(name)
        || !(tokenizer.get(PRE_TOKENIZER) instanceof JsonObject pieces)
        || !isA(pieces, METASPACE)) {
      return false;
    }
    JsonObject words = new JsonObject();
    words.addProperty(TYPE, "WhitespaceSplit");
    JsonArray both = new JsonArray();
    both.add(words);
    both.add(pieces);
    JsonObject sequence = new JsonObject();
    sequence.addProperty(TYPE, "Sequence");
    sequence.add("pretokenizers", both);
    tokenizer.add(PRE_TOKENIZER, sequence);
    return true;
  }

  /**
   * Returns, in words, which part of a tokenizer its class builds otherwise.
   *
   * @param framed whether the post-processor puts tokens around a text
   */
  static Optional<String> difference(String name, TokenizerJson tokenizer, boolean framed) {
    List<JsonObject> normalizers = tokenizer.steps("normalizer").toList();
    List<JsonObject> divisions = tokenizer.steps(PRE_TOKENIZER).toList();
    return switch (simple(name)) {
      case "Bert" ->
          isA(tokenizer.model(), "WordPiece")
              ? ofBert(name, normalizers, divisions)
              : Optional.empty();
      case "Roberta" ->
          unless(normalizers.isEmpty(), "normalizer", name, "none")
              .or(() -> unless(framed, "post-processor", name, "RobertaProcessing"));
      case "GPT2" -> unless(normalizers.isEmpty(), "normalizer", name, "none");
      case "Llama" ->
          unless(
              divisions.stream().noneMatch(d -> isA(d, METASPACE) && divides(d)),
              "pre-tokenizer",
              name,
              "Metaspace with 'split' false");
      case "XLMRoberta", "Camembert" ->
          unless(
              normalizers.stream()
                  .allMatch(n -> isA(n, "Precompiled") || isA(n, "Strip") || isA(n, "Replace")),
              "normalizer",
              name,
              "Precompiled alone");
      default -> Optional.empty();
    };
  }

  private static Optional<String> ofBert(
      String name, List<JsonObject> normalizers, List<JsonObject> divisions) {
    return unless(only(normalizers, "BertNormalizer"), "normalizer", name, "BertNormalizer alone")
        .or(
            () ->
                unless(
                    only(divisions, "BertPreTokenizer"),
                    "pre-tokenizer",
                    name,
                    "BertPreTokenizer alone"));
  }

  private static Optional<String> unless(boolean same, String part, String name, String built) {
    return same
        ? Optional.empty()
        : Optional.of(
            "its %s differs from that of %s in transformers, which is %s"
                .formatted(part, name, built));
  }

  private static String simple(String name) {
    return name.replaceFirst("Tokenizer(Fast)?$", "");
  }

  private static boolean isOfUnigrams(String name) {
    return Set.of("XLMRoberta", "Camembert").contains(simple(name));
  }

  private static boolean only(List<JsonObject> steps, String type) {
    return steps.size() == 1 && isA(steps.get(0), type);
  }

  private static boolean isA(JsonObject step, String type) {
    return step.get(TYPE) instanceof JsonPrimitive p && p.getAsString().equals(type);
  }

  private static boolean divides(JsonObject metaspace) {
    return !(metaspace.get("split") instanceof JsonPrimitive p) || p.getAsBoolean();
  }
}
