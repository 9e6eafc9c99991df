package dev.ligo.core.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.ligo.api.Wording;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** Reads a {@code config.json} with errors that name the key, what it should be and what it is. */
public final class ConfigReader {
  private final JsonObject json;
  private final String prefix;
  private final Set<String> asked;

  /**
   * Creates a reader of a JSON object.
   *
   * @param json the contents of a {@code config.json}
   */
  public ConfigReader(JsonObject json) {
    this(json, "", new TreeSet<>());
  }

  private ConfigReader(JsonObject json, String prefix, Set<String> asked) {
    this.json = json;
    this.prefix = prefix;
    this.asked = asked;
  }

  /**
   * {@return the keys that were asked for, those inside objects as {@code object.key}: what the
   * family knows}
   */
  public Set<String> asked() {
    return Collections.unmodifiableSet(asked);
  }

  /**
   * {@return a reader of an object inside this one, of an empty one where the key is absent}
   *
   * @param key the key
   */
  public ConfigReader object(String key) {
    JsonElement e = value(key).orElseGet(JsonObject::new);
    if (!e.isJsonObject()) {
      throw wrong(key, "an object", e);
    }
    return new ConfigReader(e.getAsJsonObject(), prefix + key + ".", asked);
  }

  /** {@return the JSON object itself, for keys that a family reads in its own way} */
  public JsonObject json() {
    return json;
  }

  private Optional<JsonElement> value(String key) {
    asked.add(prefix + key);
    JsonElement e = json.get(key);
    return e == null || e.isJsonNull() ? Optional.empty() : Optional.of(e);
  }

  private JsonPrimitive primitive(String key, JsonElement e, String expected) {
    if (e instanceof JsonPrimitive p) {
      return p;
    }
    throw wrong(key, expected, e);
  }

  private ConfigException wrong(String key, String expected, JsonElement found) {
    return new ConfigException(
        "config.json: '"
            + prefix
            + key
            + "' should be "
            + expected
            + ", found "
            + Wording.numbers(found.toString())
            + ".");
  }

  private ConfigException missing(String key) {
    return new ConfigException(
        "config.json: '"
            + prefix
            + key
            + "' is missing; add it, or take the config.json of the checkpoint's publisher.");
  }

  /**
   * {@return a whole number of at least 1}
   *
   * @param key the key
   */
  public int positive(String key) {
    return positive(key, value(key).orElseThrow(() -> missing(key)));
  }

  /**
   * {@return a whole number of at least 1, or the default where the key is absent or null}
   *
   * @param key the key
   * @param otherwise the value where there is no such key
   */
  public int positive(String key, int otherwise) {
    return value(key).map(e -> positive(key, e)).orElse(otherwise);
  }

  /**
   * {@return a whole number of at least 0, or the default where the key is absent or null}
   *
   * @param key the key
   * @param otherwise the value where there is no such key
   */
  public int natural(String key, int otherwise) {
    return value(key).map(e -> whole(key, e, 0)).orElse(otherwise);
  }

  /**
   * {@return the id of a token, or empty where the key is absent, null or negative, by which
   * published configs say that there is none}
   *
   * @param key the key
   */
  public OptionalInt tokenId(String key) {
    int id = value(key).map(e -> whole(key, e, Integer.MIN_VALUE)).orElse(-1);
    return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /**
   * {@return the id of a token, -1 where it is negative, by which published configs say that there
   * is none, or the default where the key is absent or null}
   *
   * @param key the key
   * @param otherwise the id where there is no such key
   */
  public int tokenId(String key, int otherwise) {
    return value(key).map(e -> Math.max(-1, whole(key, e, Integer.MIN_VALUE))).orElse(otherwise);
  }

  private int positive(String key, JsonElement e) {
    return whole(key, e, 1);
  }

  private int whole(String key, JsonElement e, int least) {
    String expected =
        "a whole number" + (least == Integer.MIN_VALUE ? "" : " of at least " + least);
    double d = number(key, e, expected);
    if (d != Math.rint(d) || d < least || d > Integer.MAX_VALUE) {
      throw wrong(key, expected, e);
    }
    return (int) d;
  }

  /**
   * {@return two whole numbers of at least 1: those of an array of two, or one number twice}
   *
   * @param key the key
   * @param otherwise the number where the key is absent or null
   */
  public List<Integer> pair(String key, int otherwise) {
    JsonElement e = value(key).orElseGet(() -> new JsonPrimitive(otherwise));
    if (e.isJsonArray() && e.getAsJsonArray().size() == 2) {
      JsonArray a = e.getAsJsonArray();
      return List.of(positive(key, a.get(0)), positive(key, a.get(1)));
    }
    if (!e.isJsonPrimitive()) {
      throw wrong(key, "a whole number or two", e);
    }
    int n = positive(key, e);
    return List.of(n, n);
  }

  /**
   * {@return the numbers of an array, or empty where the key is absent or null}
   *
   * @param key the key
   */
  public List<Double> numbers(String key) {
    List<Double> numbers = new ArrayList<>();
    value(key)
        .ifPresent(
            e -> {
              if (!e.isJsonArray()) {
                throw wrong(key, "an array of numbers", e);
              }
              e.getAsJsonArray().forEach(n -> numbers.add(number(key, n, "an array of numbers")));
            });
    return List.copyOf(numbers);
  }

  /**
   * {@return a finite number, or the default where the key is absent or null}
   *
   * @param key the key
   * @param otherwise the value where there is no such key
   */
  public double number(String key, double otherwise) {
    return value(key).map(e -> number(key, e, "a number")).orElse(otherwise);
  }

  /**
   * {@return a finite number above 0, or the default where the key is absent or null}
   *
   * @param key the key
   * @param otherwise the value where there is no such key
   */
  public double positiveNumber(String key, double otherwise) {
    double d = number(key, otherwise);
    if (!(d > 0)) {
      throw wrong(key, "a number above 0", new JsonPrimitive(d));
    }
    return d;
  }

  /**
   * {@return a finite number of at least 0, or the default where the key is absent or null}
   *
   * @param key the key
   * @param otherwise the value where there is no such key
   */
  public double naturalNumber(String key, double otherwise) {
    double d = number(key, otherwise);
    if (!(d >= 0)) {
      throw wrong(key, "a number of at least 0", new JsonPrimitive(d));
    }
    return d;
  }

  private double number(String key, JsonElement e, String expected) {
    JsonPrimitive p = primitive(key, e, expected);
    if (!p.isNumber() || !Double.isFinite(p.getAsDouble())) {
      throw wrong(key, expected, e);
    }
    return p.getAsDouble();
  }

  /**
   * {@return a number in [0, 1), or the default where the key is absent or null}
   *
   * @param key the key
   * @param otherwise the value where there is no such key
   */
  public double rate(String key, double otherwise) {
    double d = number(key, otherwise);
    if (!(d >= 0 && d < 1)) {
      throw wrong(key, "a rate in [0, 1)", new JsonPrimitive(d));
    }
    return d;
  }

  /**
   * {@return a truth value, or the default where the key is absent or null}
   *
   * @param key the key
   * @param otherwise the value where there is no such key
   */
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

  /**
   * {@return a text, or the default where the key is absent or null}
   *
   * @param key the key
   * @param otherwise the value where there is no such key
   */
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

  /**
   * {@return the texts of an array, or those of an object whose keys are the numbers from 0 in the
   * order of these; none where the key is absent or null}
   *
   * @param key the key
   */
  public List<String> numbered(String key) {
    String expected = "an array of texts, or an object with one for each number from 0";
    List<String> texts = new ArrayList<>();
    value(key)
        .ifPresent(
            e -> {
              JsonArray array = new JsonArray();
              if (e.isJsonObject()) {
                JsonObject o = e.getAsJsonObject();
                for (int i = 0; i < o.size(); i++) {
                  array.add(o.get(Integer.toString(i)));
                }
              } else if (e.isJsonArray()) {
                array = e.getAsJsonArray();
              } else {
                throw wrong(key, expected, e);
              }
              for (JsonElement text : array) {
                if (!text.isJsonPrimitive()) {
                  throw wrong(key, expected, e);
                }
                texts.add(text.getAsString());
              }
            });
    return List.copyOf(texts);
  }

  /**
   * {@return one of an enumeration's constants by its lower-case name}
   *
   * @param <E> the constants' type
   * @param key the key
   * @param type the constants, whose names are the values in lower case
   * @param otherwise the value where there is no such key
   */
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
   * @param key the key
   * @param allowed the one value (as JSON text) that the forward function computes; absent and null
   *     are fine too
   */
  public void refuseUnless(String key, String allowed) {
    refuseUnless(key, allowed, "Use a checkpoint without this option.");
  }

  /**
   * Refuses an option that the forward function would ignore.
   *
   * @param key the key
   * @param allowed the one value (as JSON text) that the forward function computes; absent and null
   *     are fine too
   * @param advice a sentence that says what to do instead
   */
  public void refuseUnless(String key, String allowed, String advice) {
    value(key)
        .filter(e -> !e.toString().equals(allowed))
        .ifPresent(
            e -> {
              throw new ConfigException(
                  "config.json: '"
                      + prefix
                      + key
                      + "' is "
                      + e
                      + ", which is not computed here; only "
                      + allowed
                      + " is. "
                      + advice);
            });
  }

  /**
   * Refuses an option that holds anything: an array or object with members, a text, a number.
   *
   * @param key the key
   */
  public void refuse(String key) {
    value(key)
        .filter(e -> !(e.isJsonArray() && e.getAsJsonArray().isEmpty()))
        .filter(e -> !(e.isJsonObject() && e.getAsJsonObject().isEmpty()))
        .ifPresent(
            e -> {
              throw new ConfigException(
                  "config.json: '"
                      + prefix
                      + key
                      + "' is set, which is not computed here. Use a checkpoint "
                      + "without this option.");
            });
  }
}
