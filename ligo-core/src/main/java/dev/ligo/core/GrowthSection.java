package dev.ligo.core;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.ligo.api.Wording;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a model card says of how a model was grown: the source, the sizes, the method, what is
 * claimed and measured of the function, the recipe.
 *
 * @param record what {@code growth.json} holds
 */
record GrowthSection(JsonObject record) {
  /** The tag of models that were grown. */
  static final String TAG = "model-growth";

  /** Returns the method. */
  String method() {
    return record.get("method").getAsString();
  }

  /** Returns the section's paragraphs, in Markdown. */
  List<String> paragraphs() {
    List<String> said = new ArrayList<>();
    said.add("## Growth");
    said.add(
        String.format(
            "Grown with ligo from `%s` (%s parameters) to %s parameters by the method `%s`.",
            record.get("source").getAsString(),
            parameters("source_sizes"),
            parameters("sizes"),
            method()));
    if (record.has("changed")) {
      said.add(table(record.getAsJsonObject("changed")));
    }
    said.add(
        sentence(record.get("claim").getAsString())
            + (record.has("measured") ? " " + sentence(record.get("measured").getAsString()) : ""));
    if (record.has("learning")) {
      learning(record.getAsJsonObject("learning")).ifPresent(said::add);
    }
    if (record.has("recipe")) {
      said.add("The recipe, which mergekit reads, too:");
      said.add("```yaml\n" + record.get("recipe").getAsString() + "```");
    }
    record.getAsJsonArray("notes").forEach(n -> said.add("Note: " + n.getAsString() + "."));
    said.add(
        "The licence is the source's. Seed, versions and hashes of the inputs are in"
            + " `growth.json`.");
    return said;
  }

  private String parameters(String sizes) {
    return ModelCard.parameters(record.getAsJsonObject(sizes).get("parameters").getAsLong());
  }

  private static String sentence(String clause) {
    return Character.toUpperCase(clause.charAt(0)) + clause.substring(1) + ".";
  }

  /** Returns the keys of the config that changed. */
  private static String table(JsonObject changed) {
    StringBuilder s = new StringBuilder("| | source | grown |\n| --- | --- | --- |");
    changed
        .entrySet()
        .forEach(
            e -> {
              JsonArray both = e.getValue().getAsJsonArray();
              s.append(String.format("\n| %s | %s | %s |", e.getKey(), both.get(0), both.get(1)));
            });
    return s.toString();
  }

  private static Optional<String> learning(JsonObject learned) {
    List<JsonElement> losses = learned.getAsJsonArray("losses").asList();
    return losses.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "The operator was learned in %s: the training loss went from %.3f to %.3f, the"
                    + " factors moved by %.1f %%.",
                Wording.count(losses.size(), "step"),
                losses.get(0).getAsDouble(),
                losses.get(losses.size() - 1).getAsDouble(),
                100 * learned.get("factor_movement").getAsDouble()));
  }
}
