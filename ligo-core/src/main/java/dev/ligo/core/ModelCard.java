package dev.ligo.core;

import dev.ligo.core.model.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The {@code README.md} of a checkpoint: the front matter that the Hugging Face hub reads, a title
 * and paragraphs.
 */
public final class ModelCard {
  private final ModelSpec<?> model;
  private final String title;
  private final List<String> tags = new ArrayList<>(List.of("ligo"));
  private final StringBuilder body = new StringBuilder();

  /**
   * Creates a card.
   *
   * @param model the model
   * @param title the title
   */
  public ModelCard(ModelSpec<?> model, String title) {
    this.model = model;
    this.title = title;
  }

  /**
   * Adds a tag to those that every card has: ligo, and the model's family.
   *
   * @param tag the tag
   * @return this card
   */
  public ModelCard tag(String tag) {
    tags.add(tag);
    return this;
  }

  /**
   * Adds a paragraph, in Markdown.
   *
   * @param text the paragraph
   * @return this card
   */
  public ModelCard paragraph(String text) {
    body.append('\n').append(text).append('\n');
    return this;
  }

  /**
   * {@return the number of a model's parameters in words}
   *
   * @param model the model
   */
  public static String parameters(ModelSpec<?> model) {
    return String.format(Locale.ROOT, "%.1f million", model.layout().size() / 1e6);
  }

  /** {@return the card} */
  public String text() {
    // A config in timm's layout has no model_type.
    String library = model.json().has("model_type") ? "transformers" : "timm";
    StringBuilder s = new StringBuilder("---\nlibrary_name: ").append(library).append("\ntags:\n");
    tags.forEach(t -> s.append("- ").append(t).append('\n'));
    s.append("- ").append(model.architecture().name()).append("\n---\n\n# ");
    return s.append(title).append('\n').append(body).toString();
  }
}
