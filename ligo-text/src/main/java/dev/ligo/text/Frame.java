package dev.ligo.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The special tokens that a tokenizer puts around a text.
 *
 * @param before the ids before it
 * @param after the ids after it
 */
record Frame(List<Integer> before, List<Integer> after) {
  private static final Frame NONE = new Frame(List.of(), List.of());

  /**
   * Reads the object {@code post_processor} of {@code tokenizer.json}: a sequence of processors,
   * each around what the ones before it made, a template, or a pair of spelling and id for each
   * side. What has another form puts nothing.
   */
  static Frame of(JsonObject processor) {
    Frame frame = NONE;
    for (JsonElement inner : array(processor, "processors")) {
      if (inner instanceof JsonObject o) {
        frame = of(o).around(frame);
      }
    }
    return new Frame(pair(processor, "cls"), pair(processor, "sep"))
        .around(template(processor))
        .around(frame);
  }

  private Frame around(Frame inner) {
    return new Frame(joined(before, inner.before), joined(inner.after, after));
  }

  private static List<Integer> joined(List<Integer> a, List<Integer> b) {
    return Stream.concat(a.stream(), b.stream()).toList();
  }

  private static List<Integer> pair(JsonObject processor, String side) {
    JsonArray pair = array(processor, side);
    return pair.size() == 2 ? ids(pair.get(1)) : List.of();
  }

  private static Frame template(JsonObject template) {
    List<Integer> before = new ArrayList<>();
    List<Integer> after = new ArrayList<>();
    List<Integer> side = before;
    for (JsonElement part : array(template, "single")) {
      if (part instanceof JsonObject o && o.has("Sequence")) {
        side = after;
      } else if (part instanceof JsonObject o
          && o.get("SpecialToken") instanceof JsonObject token
          && token.get("id") instanceof JsonPrimitive name
          && template.get("special_tokens") instanceof JsonObject tokens
          && tokens.get(name.getAsString()) instanceof JsonObject described) {
        for (JsonElement id : array(described, "ids")) {
          side.addAll(ids(id));
        }
      }
    }
    return new Frame(List.copyOf(before), List.copyOf(after));
  }

  private static List<Integer> ids(JsonElement id) {
    return id instanceof JsonPrimitive p && p.isNumber() ? List.of(p.getAsInt()) : List.of();
  }

  private static JsonArray array(JsonObject o, String key) {
    return o.get(key) instanceof JsonArray a ? a : new JsonArray();
  }

  /** Returns how many tokens stand around a text. */
  int size() {
    return before.size() + after.size();
  }

  /** Returns a text within its frame, cut at its end to so many tokens in all. */
  int[] around(int[] text, int longest) {
    int[] cut = Arrays.copyOf(text, Math.min(text.length, longest - size()));
    return Stream.of(before.stream(), Arrays.stream(cut).boxed(), after.stream())
        .flatMap(ids -> ids)
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
