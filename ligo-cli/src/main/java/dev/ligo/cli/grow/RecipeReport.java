package dev.ligo.cli.grow;

import com.google.gson.JsonObject;
import dev.ligo.cli.console.Report;
import dev.ligo.core.recipe.MergeRecipe;

/**
 * A recipe, for people and for programs.
 *
 * @param recipe the recipe
 */
record RecipeReport(MergeRecipe recipe) implements Report {
  @Override
  public String text(int columns) {
    return recipe.yaml().stripTrailing();
  }

  @Override
  public JsonObject json() {
    JsonObject root = new JsonObject();
    root.addProperty("recipe", recipe.yaml());
    return root;
  }
}
