package dev.ligo.core.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.ligo.api.UnknownNameException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Values that take the place of those in a {@code config.json}: another image size, another number
 * of labels.
 */
public final class ConfigOverrides {
  /** No value: everything is as the config says. */
  public static final ConfigOverrides NONE = new ConfigOverrides(Map.of());

  private final Map<String, JsonElement> values;

  private ConfigOverrides(Map<String, JsonElement> values) {
    this.values = new TreeMap<>(values);
  }

  /**
   * Reads overrides, each {@code key=value}: a key of the config, {@code object.key} for one inside
   * an object, and a JSON value or else a text.
   *
   * @param assignments assignments such as {@code image_size=64}
   * @return the values by key
   * @throws ConfigException if one is not of that form, or a key comes twice
   */
  public static ConfigOverrides parse(List<String> assignments) {
    Map<String, JsonElement> values = new TreeMap<>();
    for (String a : assignments) {
      int equals = a.indexOf('=');
      if (equals < 1) {
        throw new ConfigException(
            "setting a value of config.json: expected key=value, found '" + a + "'.");
      }
      String key = a.substring(0, equals);
      if (values.put(key, value(a.substring(equals + 1))) != null) {
        throw new ConfigException("setting values of config.json: '" + key + "' is set twice.");
      }
    }
    return new ConfigOverrides(values);
  }

  private static JsonElement value(String text) {
    try {
      return JsonParser.parseString(text);
    } catch (JsonParseException e) {
      return new JsonPrimitive(text);
    }
  }

  /**
   * {@return a copy of a family's config with the values in place}
   *
   * @param <C> the family's configuration
   * @param architecture the family
   * @param config the contents of a {@code config.json}, which stay as they are
   * @throws ConfigException if the family refuses a value
   * @throws UnknownNameException if the family reads no such key
   */
  public <C> JsonObject applyTo(Architecture<C> architecture, JsonObject config) {
    JsonObject changed = config.deepCopy();
    if (values.isEmpty()) {
      return changed;
    }
    values.forEach((key, value) -> put(changed, key, value));
    ConfigReader reader = new ConfigReader(changed);
    C parsed = architecture.parse(reader);
    checkKnown(reader.asked());
    architecture.write(parsed, changed);
    return changed;
  }

  /** Returns the values as {@link #parse} takes them, with commas between. */
  @Override
  public String toString() {
    return values.entrySet().stream()
        .map(e -> e.getKey() + "=" + text(e.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String text(JsonElement value) {
    return value instanceof JsonPrimitive p ? p.getAsString() : value.toString();
  }

  private static void put(JsonObject object, String key, JsonElement value) {
    int dot = key.indexOf('.');
    if (dot < 0) {
      object.add(key, value.deepCopy());
      return;
    }
    String outer = key.substring(0, dot);
    if (!(object.get(outer) instanceof JsonObject)) {
      object.add(outer, new JsonObject());
    }
    put(object.getAsJsonObject(outer), key.substring(dot + 1), value);
  }

  private void checkKnown(Set<String> asked) {
    for (String key : values.keySet()) {
      if (!asked.contains(key)) {
        throw new UnknownNameException("key of config.json to set", key, asked);
      }
    }
  }
}
