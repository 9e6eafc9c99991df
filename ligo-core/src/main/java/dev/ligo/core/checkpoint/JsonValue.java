package dev.ligo.core.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.ligo.api.LigoException;
import dev.ligo.api.Wording;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A value of a JSON text that ligo wrote. It is read as what it should be; anything else is refused
 * with the place where it stands, as in {@code 'parameters.weight.parts[0]'}.
 */
public final class JsonValue {
  private final JsonElement element;
  private final String place;
  private final Function<String, ? extends LigoException> refusal;

  private JsonValue(
      JsonElement element, String place, Function<String, ? extends LigoException> refusal) {
    this.element = element;
    this.place = place;
    this.refusal = refusal;
  }

  /**
   * Reads a text.
   *
   * @param text strict JSON
   * @param refusal makes the error that names the file, from what is wrong
   * @return the value
   */
  public static JsonValue parse(String text, Function<String, ? extends LigoException> refusal) {
    try (JsonReader json = new JsonReader(new StringReader(text))) {
      json.setStrictness(Strictness.STRICT);
      JsonElement element = JsonParser.parseReader(json);
      if (json.peek() == JsonToken.END_DOCUMENT) {
        return of(element, refusal);
      }
    } catch (IOException | JsonParseException e) {
      LigoException failure = refusal.apply("it is not the JSON that was written");
      failure.addSuppressed(e);
      throw failure;
    }
    throw refusal.apply("it is not the JSON that was written");
  }

  /**
   * {@return a value that was read}
   *
   * @param element the value
   * @param refusal makes the error that names the file, from what is wrong
   */
  public static JsonValue of(
      JsonElement element, Function<String, ? extends LigoException> refusal) {
    return new JsonValue(element, "", refusal);
  }

  /**
   * {@return the value of a key}
   *
   * @param key the key
   */
  public JsonValue get(String key) {
    return find(key).orElseThrow(() -> new JsonValue(element, place(key), refusal).not("there"));
  }

  /**
   * {@return the value of a key, if there is one}
   *
   * @param key the key
   */
  public Optional<JsonValue> find(String key) {
    return Optional.ofNullable(object().get(key)).map(e -> new JsonValue(e, place(key), refusal));
  }

  /** {@return the values of an object by their keys} */
  public Map<String, JsonValue> members() {
    Map<String, JsonValue> members = new TreeMap<>();
    object().keySet().forEach(key -> members.put(key, get(key)));
    return members;
  }

  /** {@return an array as it stands} */
  public JsonArray array() {
    if (!(element instanceof JsonArray array)) {
      throw not("an array");
    }
    return array;
  }

  /** {@return the values of an array} */
  public List<JsonValue> elements() {
    List<JsonValue> elements = new ArrayList<>();
    for (JsonElement e : array()) {
      elements.add(new JsonValue(e, place + "[" + elements.size() + "]", refusal));
    }
    return elements;
  }

  /** {@return an object as it stands} */
  public JsonObject object() {
    if (!(element instanceof JsonObject object)) {
      throw not("an object");
    }
    return object;
  }

  /** {@return whether it is an array} */
  public boolean isArray() {
    return element.isJsonArray();
  }

  /** {@return whether it is null} */
  public boolean isNull() {
    return element.isJsonNull();
  }

  /** {@return a text} */
  public String text() {
    if (!(element instanceof JsonPrimitive p) || !p.isString()) {
      throw not("a text");
    }
    return p.getAsString();
  }

  /** {@return true or false} */
  public boolean flag() {
    if (!(element instanceof JsonPrimitive p) || !p.isBoolean()) {
      throw not("true or false");
    }
    return p.getAsBoolean();
  }

  /**
   * {@return a whole number}
   *
   * @param least the least that it may be
   * @param most the most that it may be
   */
  public long whole(long least, long most) {
    if (element instanceof JsonPrimitive p && p.isNumber()) {
      try {
        long number = Long.parseLong(p.getAsString());
        if (number >= least && number <= most) {
          return number;
        }
      } catch (NumberFormatException e) {
        throw notWhole(least, most);
      }
    }
    throw notWhole(least, most);
  }

  private LigoException notWhole(long least, long most) {
    return not(
        "a whole number"
            + (least == Long.MIN_VALUE ? "" : " from " + least)
            + (most == Long.MAX_VALUE ? "" : " to " + most));
  }

  /**
   * {@return a whole number of 32 bits}
   *
   * @param least the least that it may be
   * @param most the most that it may be
   */
  public int index(int least, int most) {
    return (int) whole(least, most);
  }

  /** {@return a finite number} */
  public double number() {
    if (element instanceof JsonPrimitive p && p.isNumber() && Double.isFinite(p.getAsDouble())) {
      return p.getAsDouble();
    }
    throw not("a finite number");
  }

  /**
   * {@return the constant that a text names in lower case}
   *
   * @param constants the constants that there are
   * @param <E> their type
   */
  public <E extends Enum<E>> E choice(Class<E> constants) {
    return Arrays.stream(constants.getEnumConstants())
        .filter(c -> word(c).equals(text()))
        .findFirst()
        .orElseThrow(
            () ->
                not(
                    "one of "
                        + Arrays.stream(constants.getEnumConstants())
                            .map(JsonValue::word)
                            .toList()));
  }

  /**
   * {@return the text by which {@link #choice} finds a constant}
   *
   * @param constant the constant
   */
  public static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /**
   * {@return a value to look at: a number as {@link Wording#rounded} writes it, all else as JSON}
   *
   * @param value the value
   */
  public static String shown(JsonElement value) {
    return value instanceof JsonPrimitive p && p.isNumber()
        ? Wording.rounded(p.getAsDouble())
        : value.toString();
  }

  /**
   * {@return the error that says that this is not what it should be}
   *
   * @param expected what it should be
   */
  public LigoException not(String expected) {
    String found = expected.equals("there") ? "" : ", found " + Quoted.line(element.toString());
    return refusal.apply(
        (place.isEmpty() ? "it" : Quoted.name(place)) + " should be " + expected + found);
  }

  private String place(String key) {
    return place.isEmpty() ? key : place + "." + key;
  }
}
