package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.ConfigReader;
import dev.ligo.core.model.Sizes;
import java.util.Map;

/** What a family does with its {@code config.json}. */
final class ConfigurationChecks {
  private ConfigurationChecks() {}

  /** Parsing, writing and resizing fit together, and keys that are unknown stay. */
  static void roundTrip(Family family) {
    roundTrip(family.architecture(), family);
  }

  private static <C> void roundTrip(Architecture<C> a, Family family) {
    C config = a.parse(new ConfigReader(family.json()));
    assertThat(a.resize(config, Sizes.SAME)).as("resized to the same sizes").isEqualTo(config);
    C larger = a.resize(config, family.larger());
    assertThat(larger).as("resized to " + family.larger()).isNotEqualTo(config);
    for (C c : java.util.List.of(config, larger)) {
      JsonObject written = family.json();
      written.addProperty("of another tool", "kept");
      a.write(c, written);
      C read = Family.fitting(() -> a.parse(new ConfigReader(written)));
      assertThat(read).as("written and read").isEqualTo(c);
      assertThat(written.get("of another tool").getAsString()).isEqualTo("kept");
      assertThat(written.keySet()).containsAll(family.json().keySet());
    }
  }

  /** A key that is missing or wrong is named, or not read at all. */
  static void wrongValues(Family family) {
    Object config = parse(family, family.json());
    for (String key : family.json().keySet()) {
      JsonObject missing = family.json();
      missing.remove(key);
      JsonObject wrong = family.json();
      wrong.add(key, new JsonPrimitive("no such thing"));
      for (JsonObject json : java.util.List.of(missing, wrong)) {
        try {
          Object parsed = parse(family, json);
          assertThat(!json.has(key) || parsed.equals(config))
              .as("'no such thing' for '%s', which is read", key)
              .isTrue();
        } catch (ConfigException e) {
          assertThat(e).hasMessageContaining("'" + key + "'");
        }
      }
    }
  }

  /** An option that the forward function would ignore is refused, by its name. */
  static void refusals(Family family, Map<String, JsonElement> refusals) {
    refusals.forEach(
        (key, value) -> {
          JsonObject json = family.json();
          put(json, key, value);
          assertThatThrownBy(() -> parse(family, json))
              .as(key + ": " + value)
              .isInstanceOf(ConfigException.class)
              .hasMessageContaining("'" + key + "'");
        });
  }

  /** Sets a value: under a key, or, of {@code object.key}, inside an object. */
  private static void put(JsonObject json, String key, JsonElement value) {
    int dot = key.indexOf('.');
    if (dot < 0) {
      json.add(key, value);
      return;
    }
    String object = key.substring(0, dot);
    if (!json.has(object)) {
      json.add(object, new JsonObject());
    }
    put(json.getAsJsonObject(object), key.substring(dot + 1), value);
  }

  private static Object parse(Family family, JsonObject json) {
    return family.architecture().parse(new ConfigReader(json));
  }
}
