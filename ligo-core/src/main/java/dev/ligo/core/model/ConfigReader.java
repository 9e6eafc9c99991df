package dev.ligo.core.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads a {@code config.json} with errors that name the key, what it should be and what it is. */
public final class ConfigReader {
  private final JsonObject json;

  /** Creates a reader of a JSON object. */
  public ConfigReader(JsonObject json) {
    this.json = json;
  }

  /** Returns the JSON object itself, for keys that a family reads in its own way. */
  public JsonObject json() {
    return json;
  }

  private Optional<JsonElement> value(String key) {
    JsonElement e = json.get(key);
    return e == null || e.isJsonNull() ? Optional.empty() : Optional.of(e);
  }

  private JsonPrimitive primitive(String key, JsonElement e, String expected) {
    if (e instanceof JsonPrimitive p) {
      return p;
    }
    throw wrong(key, expected, e);
  }

  private static ConfigException wrong(String key, String expected, JsonElement found) {
    return new ConfigException(
        "config.json: '" + key + "' should be " + expected + ", found " + found + ".");
  }

  private static ConfigException missing(String key) {
    return new ConfigException(
        "config.json: '"
            + key
            + "' is missing; add it, or take the config.json of the checkpoint's publisher.");
  }

  /** Returns a whole number of at least 1. */
  public int positive(String key) {
    return positive(key, value(key).orElseThrow(() -> missing(key)));
  }

  /** Returns a whole number of at least 1, or the default where the key is absent or null. */
  public int positive(String key, int otherwise) {
    return value(key).map(e -> positive(key, e)).orElse(otherwise);
  }

  /** Returns a whole number of at least 0, or the default where the key is absent or null. */
  public int natural(String key, int otherwise) {
    return value(key).map(e -> whole(key, e, 0)).orElse(otherwise);
  }

  private int positive(String key, JsonElement e) {
    return whole(key, e, 1);
  }

  private int whole(String key, JsonElement e, int least) {
    String expected = "a whole number of at least " + least;
    double d = number(key, e, expected);
    if (d != Math.rint(d) || d < least || d > Integer.MAX_VALUE) {
      throw wrong(key, expected, e);
    }
    return (int) d;
  }

  /** Returns a number, or the default where the key is absent or null. */
  public double number(String key, double otherwise) {
    return value(key).map(e -> number(key, e, "a number")).orElse(otherwise);
  }

  private double number(String key, JsonElement e, String expected) {
    JsonPrimitive p = primitive(key, e, expected);
    if (!p.isNumber()) {
      throw wrong(key, expected, e);
    }
    return p.getAsDouble();
  }

  /** Returns a number in [0, 1), or the default where the key is absent or null. */
  public double rate(String key, double otherwise) {
    double d = number(key, otherwise);
    if (!(d >= 0 && d < 1)) {
      throw wrong(key, "a rate in [0, 1)", new JsonPrimitive(d));
    }
    return d;
  }

  /** Returns a truth value, or the default where the key is absent or null. */
  public boolean flag(String key, boolean otherwise) {
    return value(key)
        .map(
            e -> {
              JsonPrimitive p = primitive(key, e, "true or false");
              if (!p.isBoolean()) {
                throw wrong(key, "true or false", e);
              }
              return p.getAsBoolean();
            })
        .orElse(otherwise);
  }

  /** Returns a text, or the default where the key is absent or null. */
  public String text(String key, String otherwise) {
    return value(key)
        .map(
            e -> {
              JsonPrimitive p = primitive(key, e, "a text");
              if (!p.isString()) {
                throw wrong(key, "a text", e);
              }
              return p.getAsString();
            })
        .orElse(otherwise);
  }

  /** Returns the number of members of an object or array, or the default where there is none. */
  public int count(String key, int otherwise) {
    return value(key)
        .map(
            e -> {
              if (e.isJsonObject()) {
                return e.getAsJsonObject().size();
              }
              if (e.isJsonArray()) {
                return e.getAsJsonArray().size();
              }
              throw wrong(key, "an object or array", e);
            })
        .orElse(otherwise);
  }

  /** Returns one of an enumeration's constants by its lower-case name. */
  public <E extends Enum<E>> E oneOf(String key, Class<E> type, String otherwise) {
    String found = text(key, otherwise);
    for (E e : type.getEnumConstants()) {
      if (e.name().equalsIgnoreCase(found)) {
        return e;
      }
    }
    List<String> known =
        Arrays.stream(type.getEnumConstants())
            .map(e -> e.name().toLowerCase(java.util.Locale.ROOT))
            .toList();
    throw wrong(key, "one of " + String.join(", ", known), new JsonPrimitive(found));
  }

  /**
   * Refuses an option that the forward function would ignore.
   *
   * @param allowed the one value (as JSON text) that the forward function computes; absent and null
   *     are fine too
   */
  public void refuseUnless(String key, String allowed) {
    value(key)
        .filter(e -> !e.toString().equals(allowed))
        .ifPresent(
            e -> {
              throw new ConfigException(
                  "config.json: '"
                      + key
                      + "' is "
                      + e
                      + ", which is not computed here; only "
                      + allowed
                      + " is. Use a checkpoint without this option.");
            });
  }

  /** Refuses an option that holds anything: an array or object with members, a text, a number. */
  public void refuse(String key) {
    value(key)
        .filter(e -> !(e.isJsonArray() && e.getAsJsonArray().isEmpty()))
        .filter(e -> !(e.isJsonObject() && e.getAsJsonObject().isEmpty()))
        .ifPresent(
            e -> {
              throw new ConfigException(
                  "config.json: '"
                      + key
                      + "' is set, which is not computed here. Use a checkpoint "
                      + "without this option.");
            });
  }
}
