package dev.ligo.core.growth;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the keys of a config that say sizes: people name these, and not the axes of a layout. */
final class ConfigKeys {
  private ConfigKeys() {}

  /**
   * Returns the first key, with those of the objects around it, under which a number stands in the
   * one config and another in the other.
   *
   * @param small the one config
   * @param from its number
   * @param large the other config
   * @param to its number
   */
  static Optional<String> of(JsonObject small, int from, JsonObject large, int to) {
    return keys("", small, from).filter(k -> keys("", large, to).anyMatch(k::equals)).findFirst();
  }

  private static Stream<String> keys(String prefix, JsonObject config, int number) {
    return config.entrySet().stream().flatMap(e -> keys(prefix, e, number));
  }

  private static Stream<String> keys(
      String prefix, Map.Entry<String, JsonElement> entry, int number) {
    String key = prefix + entry.getKey();
    if (entry.getValue() instanceof JsonObject inside) {
      return keys(key + ".", inside, number);
    }
    return entry.getValue() instanceof JsonPrimitive p && p.isNumber() && p.getAsDouble() == number
        ? Stream.of(key)
        : Stream.empty();
  }
}
