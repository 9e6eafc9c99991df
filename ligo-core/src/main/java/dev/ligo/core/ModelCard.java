package dev.ligo.core;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ligo.core.io.Yaml;
import dev.ligo.core.model.ModelSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The {@code README.md} of a checkpoint: the front matter that the Hugging Face hub reads, a title
 * and paragraphs.
 */
final class ModelCard {
  /** The file that holds the card. */
  static final String FILE = "README.md";

  private final ModelSpec<?> model;
  private final String title;
  private final List<String> tags = new ArrayList<>(List.of("ligo"));
  private final StringBuilder body = new StringBuilder();
  private SourceCard source = SourceCard.NONE;
  private String relation = "finetune";

  /**
   * Creates a card.
   *
   * @param model the model
   * @param title the title
   */
  ModelCard(ModelSpec<?> model, String title) {
    this.model = model;
    this.title = title;
  }

  /** Sets what is kept of the source's card. */
  ModelCard source(SourceCard kept) {
    this.source = kept;
    return this;
  }

  /**
   * Sets how the model comes of its base model, by one of the hub's words: {@code merge} if it was
   * put together of layers as a recipe says, else {@code finetune}.
   */
  ModelCard merged(boolean isMerge) {
    this.relation = isMerge ? "merge" : "finetune";
    return this;
  }

  /**
   * Adds a tag to those that every card has: ligo, and the model's family.
   *
   * @param tag the tag
   * @return this card
   */
  ModelCard tag(String tag) {
    tags.add(tag);
    return this;
  }

  /**
   * Adds a paragraph, in Markdown.
   *
   * @param text the paragraph
   * @return this card
   */
  ModelCard paragraph(String text) {
    body.append('\n').append(text).append('\n');
    return this;
  }

  /**
   * Adds the growths and trainings that led to the source, if there are any, and the one that led
   * from there to this model.
   */
  ModelCard lineage(JsonArray before, JsonObject last) {
    if (before.isEmpty()) {
      return this;
    }
    JsonArray steps = before.deepCopy();
    steps.add(last);
    return paragraph("## Lineage")
        .paragraph("- " + String.join("\n- ", Provenance.lines(steps)) + ": this model");
  }

  /**
   * {@return the number of a model's parameters in words}
   *
   * @param model the model
   */
  static String parameters(ModelSpec<?> model) {
    return parameters(model.layout().size());
  }

  /** Returns a number of parameters in words. */
  static String parameters(long count) {
    return String.format(Locale.ROOT, "%.1f million", count / 1e6);
  }

  private Map<String, Object> frontMatter() {
    Map<String, Object> matter = source.keptFor(model);
    // A config in timm's layout has no model_type.
    matter.putIfAbsent(
        SourceCard.LIBRARY, model.json().has("model_type") ? "transformers" : "timm");
    Set<String> all = new LinkedHashSet<>(source.list(SourceCard.TAGS));
    all.addAll(tags);
    all.add(model.architecture().name());
    matter.put(SourceCard.TAGS, List.copyOf(all));
    List<String> bases = source.list(SourceCard.BASE_MODEL);
    if (!bases.isEmpty()) {
      matter.put(SourceCard.BASE_MODEL, source.values().get(SourceCard.BASE_MODEL));
      matter.put(SourceCard.RELATION, relation);
    }
    return matter;
  }

  /** Returns what the card says of the licence, if the source names one. */
  private String licence() {
    List<String> name = source.list(SourceCard.LICENCE_NAME); // of one that is none of the hub's
    List<String> named = name.isEmpty() ? source.list(SourceCard.LICENCE) : name;
    return named.isEmpty()
        ? ""
        : "\nThe licence is the source's: " + String.join(", ", named) + ".\n";
  }

  /** Returns what the card says of results that the source's card has. */
  private String results() {
    return source.hasResults()
        ? "\nThe results in the source's card (`"
            + SourceCard.RESULTS
            + "`) are left out: they are not those of this model.\n"
        : "";
  }

  /** {@return the card} */
  String text() {
    return "---\n"
        + Yaml.write(frontMatter())
        + "---\n\n# "
        + title
        + "\n"
        + body
        + results()
        + licence();
  }
}
