package dev.ligo.core;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import dev.ligo.api.LigoException;
import dev.ligo.core.checkpoint.HubCache;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.io.RegularFile;
import dev.ligo.core.io.Yaml;
import dev.ligo.core.model.ModelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the card of a source says that holds for what is made of it, too: its licence, its
 * languages, tags and data, the library that opens it, and the model on the hub that all came from.
 *
 * @param values texts, or lists of texts, by the keys of the front matter
 * @param architectures the classes that the source's config names, by which its head is known
 * @param hasResults whether the card has the source's results, which do not hold for another model
 */
record SourceCard(
    Map<String, Object> values, Optional<JsonElement> architectures, boolean hasResults) {
  static final String LICENCE = "license";
  static final String LICENCE_NAME = "license_name";

  /** The keys of the front matter that are kept, in the order in which they are written. */
  private static final List<String> KEPT =
      List.of(LICENCE, LICENCE_NAME, "license_link", "language", "library_name", "datasets");

  static final String TAGS = "tags";
  static final String LIBRARY = "library_name";
  static final String BASE_MODEL = "base_model";
  static final String RELATION = "base_model_relation";

  /** The key of what a model has reached in evaluations. */
  static final String RESULTS = "model-index";

  /** What is known of values without a source. */
  static final SourceCard NONE = new SourceCard(Map.of(), Optional.empty(), false);

  /** What the model is for, as long as it has the head that it is for. */
  private static final String PIPELINE = "pipeline_tag";

  private static final String ARCHITECTURES = "architectures";

  private static final Logger LOGGER = LoggerFactory.getLogger(SourceCard.class);

  private static final Pattern FRONT_MATTER =
      Pattern.compile(
          "\\A\\uFEFF?\\s*---[ \\t]*\\R(.*?)^---[ \\t]*$", Pattern.DOTALL | Pattern.MULTILINE);

  /** How front matter begins: with a key below the dashes. */
  private static final Pattern OPENED = Pattern.compile("\\A\\uFEFF?\\s*---[ \\t]*\\R\\s*[\\w-]+:");

  /** Far more than a card takes, in bytes. */
  private static final long LARGEST = 1_000_000;

  /**
   * Reads the card of a source. One that cannot be read is passed over with a warning.
   *
   * <p>The base model is the source itself where it is a snapshot of the hub's cache; else that of
   * its card; else the one that its config says it was loaded from.
   */
  static SourceCard of(HuggingFaceDirectory source) {
    Map<String, Object> matter = frontMatter(source.path().resolve(ModelCard.FILE));
    Map<String, Object> values = new LinkedHashMap<>();
    matter.forEach(
        (key, value) -> {
          boolean kept = KEPT.contains(key) || Set.of(TAGS, BASE_MODEL, PIPELINE).contains(key);
          if (kept) {
            texts(value).ifPresent(t -> values.put(key, t));
          }
        });
    HubCache.nameOf(source.path())
        .or(() -> values.containsKey(BASE_MODEL) ? Optional.empty() : loadedFrom(source))
        .ifPresent(name -> values.put(BASE_MODEL, name));
    return new SourceCard(
        values,
        Optional.ofNullable(source.config().get(ARCHITECTURES)),
        matter.containsKey(RESULTS));
  }

  /** Returns the values that hold for a model which is made of the source, in order. */
  Map<String, Object> keptFor(ModelSpec<?> model) {
    Map<String, Object> kept = new LinkedHashMap<>();
    List<String> keys = new ArrayList<>(KEPT);
    if (architectures.equals(Optional.ofNullable(model.json().get(ARCHITECTURES)))) {
      keys.add(PIPELINE);
    }
    keys.stream().filter(values::containsKey).forEach(key -> kept.put(key, values.get(key)));
    return kept;
  }

  private static Optional<String> loadedFrom(HuggingFaceDirectory source) {
    JsonElement name = source.config().get("_name_or_path");
    return name instanceof JsonPrimitive text
        ? HubCache.nameIn(text.getAsString())
        : Optional.empty();
  }

  private static Map<String, Object> frontMatter(Path card) {
    Map<String, Object> found = new LinkedHashMap<>();
    try {
      if (!Files.isRegularFile(card)) {
        return found;
      }
      if (Files.size(card) > LARGEST) {
        passedOver(card, "it has more than " + LARGEST + " bytes");
        return found;
      }
      String text = RegularFile.text(card);
      Matcher matter = FRONT_MATTER.matcher(text);
      boolean isThere = matter.find();
      if (!isThere && OPENED.matcher(text).find()) {
        passedOver(card, "its front matter has no end");
      }
      if (isThere && Yaml.read(matter.group(1)).orElse("") instanceof Map<?, ?> map) {
        map.forEach(
            (key, value) -> {
              if (value != null) {
                found.put(String.valueOf(key), value);
              }
            });
      }
    } catch (IOException e) {
      passedOver(card, LigoException.reason(e));
    }
    return found;
  }

  private static void passedOver(Path card, String reason) {
    LOGGER.warn("{} is passed over, with the licence that it may name: {}.", card, reason);
  }

  /** Returns a scalar as a text, and a list of scalars as a list of texts. */
  private static Optional<Object> texts(Object value) {
    if (value instanceof List<?> list) {
      List<String> texts = new ArrayList<>();
      list.stream().filter(SourceCard::isScalar).forEach(v -> texts.add(String.valueOf(v)));
      return texts.isEmpty() ? Optional.empty() : Optional.of(texts);
    }
    return isScalar(value) ? Optional.of(String.valueOf(value)) : Optional.empty();
  }

  private static boolean isScalar(Object value) {
    return value instanceof String || value instanceof Number || value instanceof Boolean;
  }

  /** Returns the value of a key as a list. */
  List<String> list(String key) {
    Object value = values.get(key);
    return value instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : value == null ? List.of() : List.of(value.toString());
  }
}
