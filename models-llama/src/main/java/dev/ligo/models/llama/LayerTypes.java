package dev.ligo.models.llama;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.ConfigReader;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The type of every layer, and how a config says it: {@code layer_types} by name, or a rule of the
 * family, of which {@code max_window_layers} may be a part.
 *
 * @param each the type of each layer
 * @param windowless {@code max_window_layers}, before which no layer has a window, where the config
 *     has it
 */
record LayerTypes(List<LayerType> each, OptionalInt windowless) {
  private static final String TYPES = "layer_types";
  static final String WINDOWLESS = "max_window_layers";

  LayerTypes {
    each = List.copyOf(each);
  }

  /**
   * Reads the types, by a rule where none are named.
   *
   * @param rule the type of a layer by its number, from 0
   */
  static LayerTypes read(ConfigReader c, int layers, IntFunction<LayerType> rule) {
    List<LayerType> named = c.numbered(TYPES).stream().map(LayerType::of).toList();
    if (!named.isEmpty() && named.size() != layers) {
      throw new ConfigException(
          "config.json: '"
              + TYPES
              + "' names "
              + named.size()
              + " layers, but 'num_hidden_layers' is "
              + layers
              + "; correct one of them.");
    }
    OptionalInt windowless =
        c.json().has(WINDOWLESS) ? OptionalInt.of(c.natural(WINDOWLESS, 0)) : OptionalInt.empty();
    return new LayerTypes(
        named.isEmpty() ? IntStream.range(0, layers).mapToObj(rule).toList() : named, windowless);
  }

  /** Refuses names where a family computes one type alone. */
  LayerTypes require(LayerType only) {
    if (each.stream().anyMatch(t -> t != only)) {
      throw new ConfigException(
          "config.json: '"
              + TYPES
              + "' names others than "
              + only.key()
              + ", which is all that this model's other options compute; leave it out, or take a"
              + " family whose layers differ.");
    }
    return this;
  }

  boolean has(LayerType type) {
    return each.contains(type);
  }

  /** Returns the types of another number of layers: their shortest period goes on. */
  LayerTypes resized(int layers) {
    int size = each.size();
    int period =
        IntStream.rangeClosed(1, size)
            .filter(p -> IntStream.range(p, size).allMatch(i -> each.get(i) == each.get(i - p)))
            .findFirst()
            .orElseThrow();
    return new LayerTypes(
        IntStream.range(0, layers).mapToObj(i -> each.get(i % period)).toList(),
        windowless.isPresent() && windowless.getAsInt() >= size
            ? OptionalInt.of(Math.max(layers, windowless.getAsInt()))
            : windowless);
  }

  /**
   * Returns the types of layers that come from others: each has the type of its source.
   *
   * @param small the types of the layers that they come from
   * @param sources the layer that each comes from, or nothing for one that keeps its type
   */
  LayerTypes from(LayerTypes small, List<OptionalInt> sources) {
    List<LayerType> types = new ArrayList<>();
    int before = 0;
    for (int i = 0; i < each.size(); i++) {
      OptionalInt source = sources.get(i);
      types.add(source.isPresent() ? small.each.get(source.getAsInt()) : each.get(i));
      if (before == i && source.orElse(i) < small.windowless.orElse(0)) {
        before++;
      }
    }
    boolean all = before == each.size() && small.windowless.isPresent();
    return new LayerTypes(
        types,
        small.windowless.isEmpty()
            ? windowless
            : OptionalInt.of(all ? Math.max(before, small.windowless.getAsInt()) : before));
  }

  /**
   * Writes the types, by name if they are named or the family's rule gives others.
   *
   * @param json the contents of a {@code config.json} with the number of layers, which are changed
   * @param rule reads the types by the family's rule
   */
  void write(JsonObject json, java.util.function.Function<ConfigReader, LayerTypes> rule) {
    windowless.ifPresent(
        n -> {
          if (new ConfigReader(json).natural(WINDOWLESS, 0) != n) {
            json.addProperty(WINDOWLESS, n);
          }
        });
    JsonObject unnamed = json.deepCopy();
    unnamed.remove(TYPES);
    boolean named = !new ConfigReader(json).numbered(TYPES).isEmpty();
    if (named || !rule.apply(new ConfigReader(unnamed)).each.equals(each)) {
      JsonArray types = new JsonArray();
      each.forEach(t -> types.add(t.key()));
      json.add(TYPES, types);
    }
  }
}
