package dev.ligo.core.recipe;

import dev.ligo.core.io.Yaml;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value in a YAML file and its place, as in {@code recipe.yaml: slices[0].sources}.
 *
 * @param file the file, for error messages
 * @param path the keys and numbers that lead to it
 * @param value the value: a map, a list, a scalar or nothing
 */
record Node(String file, String path, @Nullable Object value) {
  /** The characters of a value that a message shows. */
  private static final int LONGEST = 60;

  /**
   * Returns the whole of a YAML text.
   *
   * @throws RecipeException if it is no YAML, or nests too deep
   */
  static Node root(String file, String text) {
    try {
      return new Node(file, "", Yaml.read(text).orElse(null));
    } catch (IOException e) {
      throw new RecipeException(file + ": " + e.getMessage(), e);
    }
  }

  /** Returns a scalar in quotes, on one line, and not more than the beginning of a long one. */
  private static String shown(@Nullable Object scalar) {
    String text = oneLine(String.valueOf(scalar));
    return "'" + (text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text) + "'";
  }

  private static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  /** Returns where it stands, for error messages. */
  String place() {
    return path.isEmpty() ? file : file + ": " + path;
  }

  /**
   * Returns the refusal of the value.
   *
   * @param what what should stand there
   */
  RecipeException expected(String what) {
    String found =
        value instanceof Map
            ? "keys and values"
            : value instanceof List<?> list ? "a list of " + list.size() : shown(value);
    return new RecipeException(
        place() + ": expected " + what + ", found " + (value == null ? "nothing" : found) + ".");
  }

  private Map<?, ?> map() {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw expected("keys and values");
  }

  /** Refuses keys that are none of some. */
  void keys(String... known) {
    List<String> all = Arrays.asList(known);
    for (Object key : map().keySet()) {
      if (!all.contains(String.valueOf(key))) {
        throw new RecipeException(
            place()
                + ": the key "
                + shown(key)
                + " is none that is read here; these are: "
                + String.join(", ", all)
                + ".");
      }
    }
  }

  /** Returns the value of a key, or nothing where it is not there or null. */
  Optional<Node> get(String key) {
    return Optional.ofNullable(map().get(key))
        .map(v -> new Node(file, path.isEmpty() ? key : path + "." + key, v));
  }

  Node require(String key) {
    return get(key)
        .orElseThrow(() -> new RecipeException(place() + ": the key '" + key + "' is missing."));
  }

  boolean isList() {
    return value instanceof List;
  }

  /** Returns the elements of a list of one or more. */
  List<Node> items() {
    if (!(value instanceof List<?> list) || list.isEmpty()) {
      throw expected("a list that is not empty");
    }
    List<Node> items = new ArrayList<>();
    for (Object item : list) {
      items.add(new Node(file, path + "[" + items.size() + "]", item));
    }
    return items;
  }

  String text() {
    if (value instanceof String text && !text.isBlank()) {
      return text;
    }
    throw expected("a text");
  }

  int whole() {
    if (value instanceof Integer number) {
      return number;
    }
    throw expected("a whole number");
  }

  boolean isNumber() {
    return value instanceof Number;
  }

  double number() {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw expected("a number");
  }
}
