package dev.ligo.core;

import dev.ligo.api.LigoException;
import dev.ligo.api.Wording;
import dev.ligo.core.checkpoint.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a model card says of how a model was grown: the source, the sizes, the method, what is
 * claimed and measured of the function, the recipe.
 *
 * @param record what {@code growth.json} holds, of which no value is believed unchecked
 */
record GrowthSection(JsonValue record) {
  /** The tag of models that were grown. */
  static final String TAG = "model-growth";

  /** Returns the method. */
  String method() {
    return record.get("method").text();
  }

  /**
   * Returns the section's paragraphs, in Markdown.
   *
   * @throws LigoException if the record is not as it was written
   */
  List<String> paragraphs() {
    List<String> said = new ArrayList<>();
    said.add("## Growth");
    said.add(
        String.format(
            "Grown with ligo from `%s` (%s parameters) to %s parameters by the method `%s`.",
            record.get("source").text(),
            parameters("source_sizes"),
            parameters("sizes"),
            method()));
    record.find("changed").ifPresent(changed -> said.add(table(changed)));
    said.add(
        sentence(record.get("claim"))
            + record.find("measured").map(m -> " " + sentence(m)).orElse(""));
    record.find("learning").flatMap(GrowthSection::learning).ifPresent(said::add);
    record
        .find("recipe")
        .ifPresent(
            recipe -> {
              said.add(
                  "The recipe, which mergekit reads, too. Its `model` is the source as it was named"
                      + " for growing; where yours is elsewhere, put your path or name there:");
              said.add("```yaml\n" + recipe.text() + "```");
            });
    record.get("notes").elements().forEach(n -> said.add("Note: " + n.text() + "."));
    said.add("Seed, versions and hashes of the inputs are in `growth.json`.");
    return said;
  }

  private String parameters(String sizes) {
    return ModelCard.parameters(record.get(sizes).get("parameters").whole(0, Long.MAX_VALUE));
  }

  private static String sentence(JsonValue stated) {
    String clause = stated.text();
    if (clause.isEmpty()) {
      throw stated.not("a clause");
    }
    return Character.toUpperCase(clause.charAt(0)) + clause.substring(1) + ".";
  }

  /** Returns the keys of the config that changed. */
  private static String table(JsonValue changed) {
    StringBuilder s = new StringBuilder("| | source | grown |\n| --- | --- | --- |");
    for (String key : changed.object().keySet()) {
      JsonValue both = changed.get(key);
      if (both.array().size() != 2) {
        throw both.not("the value of the source and that of the grown model");
      }
      s.append(
          String.format(
              "\n| %s | %s | %s |",
              key, JsonValue.shown(both.array().get(0)), JsonValue.shown(both.array().get(1))));
    }
    return s.toString();
  }

  private static Optional<String> learning(JsonValue learned) {
    List<JsonValue> losses = learned.get("losses").elements();
    return losses.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "The operator was learned in %s: the training loss went from %.3f to %.3f, the"
                    + " factors moved by %.1f %%.",
                Wording.count(losses.size(), "step"),
                losses.get(0).number(),
                losses.get(losses.size() - 1).number(),
                100 * learned.get("factor_movement").number()));
  }
}
