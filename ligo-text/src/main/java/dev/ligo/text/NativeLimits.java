package dev.ligo.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * What a {@code tokenizer.json} must be for the native tokenizers library to survive it: where that
 * one panics, the whole process ends. Found by changing each value of such files and running the
 * library in processes of their own.
 */
final class NativeLimits {
  private static final String TYPE = "type";

  /** A text in which patterns that match nothing at all show. */
  private static final String PROBE = "Hello, wörld x 12\ta_b ▁c";

  private final Set<String> pieces;

  private NativeLimits(Set<String> pieces) {
    this.pieces = pieces;
  }

  /**
   * Looks for what the library does not survive.
   *
   * @param root the whole file
   * @param pieces the vocabulary
   * @return what is wrong, in words that follow "found", or nothing
   */
  static Optional<String> broken(JsonObject root, Set<String> pieces) {
    NativeLimits limits = new NativeLimits(pieces);
    return Stream.of("normalizer", "pre_tokenizer", "post_processor", "decoder")
        .flatMap(part -> limits.part(part, root.get(part)).stream().map(w -> part + " with " + w))
        .findFirst()
        .or(() -> limits.model(root.getAsJsonObject("model")).map(w -> "model with " + w));
  }

  private Optional<String> part(String name, JsonElement part) {
    if (part == null || part.isJsonNull()) {
      return Optional.empty();
    }
    if (!(part instanceof JsonObject o)
        || !(o.get(TYPE) instanceof JsonPrimitive type)
        || !type.isString()) {
      return Optional.of("no type");
    }
    Optional<String> number = number(o);
    if (number.isPresent()) {
      return number;
    }
    return switch (type.getAsString()) {
      case "Sequence" ->
          Stream.of("normalizers", "pretokenizers", "processors", "decoders")
              .flatMap(list -> elements(o.get(list)))
              .flatMap(e -> part(name, e).stream())
              .findFirst();
      case "TemplateProcessing" -> template(o);
      case "Precompiled" ->
          isCharsMap(o.get("precompiled_charsmap"))
              ? Optional.empty()
              : Optional.of("a precompiled_charsmap that is none");
      case "FixedLength" ->
          o.get("length") instanceof JsonPrimitive n && n.isNumber() && n.getAsDouble() >= 1
              ? Optional.empty()
              : Optional.of("a length that is not positive");
      case "Strip" ->
          name.equals("decoder")
                  && !(o.get("stop") instanceof JsonPrimitive n
                      && n.isNumber()
                      && n.getAsDouble() == 0)
              ? Optional.of("a Strip whose stop is not 0")
              : Optional.empty();
      case "Replace" ->
          name.equals("normalizer") && matchesNothing(o.get("pattern"))
              ? Optional.of("a pattern that matches the empty text")
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Stream<JsonElement> elements(JsonElement list) {
    return list instanceof JsonArray a ? a.asList().stream() : Stream.empty();
  }

  /** Returns a number below an element that no float64 holds. */
  private static Optional<String> number(JsonElement e) {
    if (e instanceof JsonPrimitive p) {
      return p.isNumber() && !Double.isFinite(p.getAsDouble())
          ? Optional.of("the number " + p.getAsString())
          : Optional.empty();
    }
    Stream<JsonElement> inside =
        e instanceof JsonObject o ? o.asMap().values().stream() : elements(e);
    return inside.flatMap(i -> number(i).stream()).findFirst();
  }

  /** The template for one text has only its sequence, and all special tokens are listed. */
  private static Optional<String> template(JsonObject template) {
    Set<String> listed =
        template.get("special_tokens") instanceof JsonObject o ? o.keySet() : Set.of();
    for (String form : List.of("single", "pair")) {
      for (JsonElement e : elements(template.get(form)).toList()) {
        Optional<String> sequence = id(e, "Sequence");
        Optional<String> special = id(e, "SpecialToken");
        if (form.equals("single") && sequence.filter(s -> !s.equals("A")).isPresent()) {
          return Optional.of("a template for one text that names sequence " + sequence.get());
        }
        if (special.filter(s -> !listed.contains(s)).isPresent()) {
          return Optional.of(
              "a template that names " + special.get() + ", which special_tokens does not list");
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> id(JsonElement piece, String kind) {
    return piece instanceof JsonObject o
            && o.get(kind) instanceof JsonObject inside
            && inside.get("id") instanceof JsonPrimitive id
        ? Optional.of(id.getAsString())
        : Optional.empty();
  }

  /** Returns whether this is a size, as many bytes of a trie, and texts in UTF-8. */
  private static boolean isCharsMap(JsonElement map) {
    if (!(map instanceof JsonPrimitive p) || !p.isString()) {
      return false;
    }
    try {
      ByteBuffer bytes =
          ByteBuffer.wrap(Base64.getDecoder().decode(p.getAsString()))
              .order(ByteOrder.LITTLE_ENDIAN);
      long trie = bytes.remaining() < Integer.BYTES ? -1 : Integer.toUnsignedLong(bytes.getInt());
      return trie > 0 && trie % Integer.BYTES == 0 && trie <= bytes.remaining();
    } catch (IllegalArgumentException e) {
      return false; // not in base 64
    }
  }

  private static boolean matchesNothing(JsonElement pattern) {
    if (!(pattern instanceof JsonObject o)) {
      return false;
    }
    if (o.get("String") instanceof JsonPrimitive text) {
      return text.getAsString().isEmpty();
    }
    if (!(o.get("Regex") instanceof JsonPrimitive regex)) {
      return false;
    }
    try {
      Pattern compiled = Pattern.compile(regex.getAsString());
      return Stream.of("", PROBE)
          .anyMatch(t -> compiled.matcher(t).results().anyMatch(r -> r.start() == r.end()));
    } catch (PatternSyntaxException e) {
      return false; // the library's own syntax, which it refuses itself where it is wrong
    }
  }

  private Optional<String> model(JsonObject model) {
    if (model.get("unk_token") instanceof JsonPrimitive unknown
        && unknown.isString()
        && isWordModel(model)
        && !pieces.contains(unknown.getAsString())) {
      return Optional.of("the unk_token " + unknown + ", which its vocabulary does not have");
    }
    return model.get("continuing_subword_prefix") instanceof JsonPrimitive prefix
            && prefix.isString()
            && model.get("merges") instanceof JsonArray merges
        ? merges(prefix.getAsString(), merges)
        : Optional.empty();
  }

  private static boolean isWordModel(JsonObject model) {
    return model.get(TYPE) instanceof JsonPrimitive type
        && List.of("WordPiece", "WordLevel").contains(type.getAsString());
  }

  /** What is merged on the right must begin with the prefix, which is cut off by its length. */
  private static Optional<String> merges(String prefix, JsonArray merges) {
    if (prefix.isEmpty()) {
      return Optional.empty();
    }
    for (JsonElement merge : merges) {
      String right =
          merge instanceof JsonArray pair && pair.size() == 2
              ? pair.get(1).getAsString()
              : merge.getAsString().replaceFirst("^\\S* ", "");
      if (!right.startsWith(prefix)) {
        return Optional.of("a merge whose right part '" + right + "' lacks '" + prefix + "'");
      }
    }
    return Optional.empty();
  }
}
