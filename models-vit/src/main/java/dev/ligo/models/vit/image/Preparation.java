package dev.ligo.models.vit.image;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.ligo.core.model.ConfigReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The resizing and cropping that an image processor's file asks for, which is not done here. */
final class Preparation {
  private Preparation() {}

  /**
   * Returns what to say of a file by which pictures of a model's size would become others.
   *
   * @param c the contents of the file
   * @param rows the rows of the model's pictures
   * @param columns their columns
   */
  static Optional<String> note(ConfigReader c, int rows, int columns) {
    List<Step> steps = new ArrayList<>();
    if (c.flag("do_resize", true)) {
      step("resize", c.json().get("size"), rows, columns).ifPresent(steps::add);
    }
    if (c.flag("do_center_crop", false)) {
      step("crop", c.json().get("crop_size"), rows, columns).ifPresent(steps::add);
    }
    if (steps.stream().noneMatch(Step::changes)) {
      return Optional.empty();
    }
    return Optional.of(
        "pictures are taken as they are, where the file says to "
            + String.join(" and ", steps.stream().map(Step::text).toList())
            + "; prepare them so, or set 'do_resize' and 'do_center_crop' to false.");
  }

  /** Something done to pictures, and whether it changes those of the model's size. */
  private record Step(String text, boolean changes) {}

  /** Reads a size in the forms of transformers; there is no step where it is in none of them. */
  private static Optional<Step> step(String verb, JsonElement size, int rows, int columns) {
    if (size instanceof JsonPrimitive) {
      return area(verb, size, size, rows, columns);
    }
    if (size instanceof JsonArray a && a.size() == 2) {
      return area(verb, a.get(0), a.get(1), rows, columns);
    }
    if (!(size instanceof JsonObject o)) {
      return Optional.empty();
    }
    return area(verb, o.get("height"), o.get("width"), rows, columns)
        .or(() -> shorterEdge(verb, o.get("shortest_edge"), rows, columns));
  }

  private static Optional<Step> area(
      String verb, JsonElement height, JsonElement width, int rows, int columns) {
    if (!isNumber(height) || !isNumber(width)) {
      return Optional.empty();
    }
    boolean changes = height.getAsInt() != rows || width.getAsInt() != columns;
    return Optional.of(
        new Step("%s to %s × %s".formatted(verb, height.getAsInt(), width.getAsInt()), changes));
  }

  private static Optional<Step> shorterEdge(String verb, JsonElement edge, int rows, int columns) {
    if (!isNumber(edge)) {
      return Optional.empty();
    }
    boolean changes = edge.getAsInt() != Math.min(rows, columns);
    return Optional.of(
        new Step("%s their shorter edge to %s".formatted(verb, edge.getAsInt()), changes));
  }

  private static boolean isNumber(JsonElement e) {
    return e instanceof JsonPrimitive p && p.isNumber();
  }
}
