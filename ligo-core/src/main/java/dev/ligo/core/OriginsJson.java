package dev.ligo.core;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.ligo.core.checkpoint.JsonValue;
import dev.ligo.core.growth.LayerOrigins;
import dev.ligo.core.growth.OldEntries;
import dev.ligo.core.growth.Origins;
import dev.ligo.core.growth.UnitRanges;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Where layers and entries come from, in the record of a growth and in that of a training. */
final class OriginsJson {
  /** By stack the sources of all layers, and which of them are inserted. */
  private static final String LAYERS = "layers";

  /** By parameter, for each part, the old units along the layers and along each axis. */
  private static final String OLD = "old_entries";

  private static final String ALONG = " × ";

  private OriginsJson() {}

  /** Adds what is known to a record. */
  static void add(Origins origins, JsonObject record) {
    if (!origins.layers().isEmpty()) {
      JsonObject stacks = new JsonObject();
      new TreeMap<>(origins.layers()).forEach((name, of) -> stacks.add(name, layers(of)));
      record.add(LAYERS, stacks);
    }
    if (origins.old().isKnown()) {
      JsonObject parameters = new JsonObject();
      origins.old().units().forEach((name, parts) -> parameters.add(name, old(parts)));
      record.add(OLD, parameters);
    }
  }

  private static JsonObject layers(LayerOrigins of) {
    JsonArray sources = new JsonArray();
    of.sources()
        .forEach(
            s -> sources.add(s.isPresent() ? new JsonPrimitive(s.getAsInt()) : JsonNull.INSTANCE));
    JsonArray inserted = new JsonArray();
    of.inserted().forEach(inserted::add);
    JsonObject stack = new JsonObject();
    stack.add("sources", sources);
    stack.add("inserted", inserted);
    return stack;
  }

  private static JsonArray old(List<List<UnitRanges>> parts) {
    JsonArray array = new JsonArray();
    parts.forEach(
        along ->
            array.add(along.stream().map(UnitRanges::toString).collect(Collectors.joining(ALONG))));
    return array;
  }

  /**
   * Finds what {@link #add} added to a record, if it added anything.
   *
   * @throws dev.ligo.api.LigoException if it is something else
   */
  static Optional<Origins> find(JsonValue record) {
    Optional<JsonValue> layers = record.find(LAYERS);
    Optional<JsonValue> old = record.find(OLD);
    return layers.isEmpty() && old.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Origins(
                layers.map(OriginsJson::layers).orElse(Map.of()),
                old.map(OriginsJson::old).orElse(OldEntries.UNKNOWN)));
  }

  private static Map<String, LayerOrigins> layers(JsonValue stacks) {
    Map<String, LayerOrigins> origins = new TreeMap<>();
    stacks
        .members()
        .forEach(
            (name, stack) -> {
              List<OptionalInt> sources = new ArrayList<>();
              for (JsonValue s : stack.get("sources").elements()) {
                sources.add(
                    s.isNull()
                        ? OptionalInt.empty()
                        : OptionalInt.of(s.index(0, Integer.MAX_VALUE)));
              }
              Set<Integer> inserted = new TreeSet<>();
              stack
                  .get("inserted")
                  .elements()
                  .forEach(l -> inserted.add(l.index(0, sources.size() - 1)));
              origins.put(name, new LayerOrigins(sources, inserted));
            });
    return origins;
  }

  private static OldEntries old(JsonValue parameters) {
    SortedMap<String, List<List<UnitRanges>>> units = new TreeMap<>();
    parameters
        .members()
        .forEach(
            (name, parts) ->
                units.put(name, parts.elements().stream().map(OriginsJson::along).toList()));
    return new OldEntries(units);
  }

  private static List<UnitRanges> along(JsonValue part) {
    return Arrays.stream(part.text().split(ALONG, -1))
        .map(
            text ->
                UnitRanges.parse(text)
                    .orElseThrow(() -> part.not("ranges of units, such as 0-4,8-12 × 0-64")))
        .toList();
  }
}
