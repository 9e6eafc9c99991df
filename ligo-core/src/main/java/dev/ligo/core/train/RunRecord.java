package dev.ligo.core.train;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.ligo.api.LigoException;
import dev.ligo.core.checkpoint.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a run writes last: {@code training.json} in the directory of the model that it trained,
 * {@code growth.json} in that of one whose operator has learned, or, as a run of a comparison, the
 * file of its results. Records have values of what the run is, under its words with underscores.
 */
final class RunRecord {
  private static final String HASH = "sha256";

  private RunRecord() {}

  /**
   * Returns whether a destination holds the record of a run. One that cannot be read is none, and
   * one that differs in a value is another run's.
   *
   * @param run what the run is, see {@link RunIdentity}
   */
  static boolean isOf(JsonObject run, Path destination) {
    Path file =
        run.has("candidate")
            ? destination
            : destination.resolve(run.has("operator") ? "growth.json" : "training.json");
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try {
      JsonObject record = JsonValue.parse(Files.readString(file), TrainingException::new).object();
      boolean same = false;
      for (Map.Entry<String, JsonElement> e : run.entrySet()) {
        Optional<String> there = value(record.get(e.getKey().replaceAll("[ -]", "_")));
        if (there.isPresent() && e.getValue().isJsonPrimitive()) {
          if (!there.get().equals(e.getValue().getAsString())) {
            return false;
          }
          same = true;
        }
      }
      return same;
    } catch (IOException | LigoException e) {
      return false; // it is no record
    }
  }

  /** Returns a value, or the hash of what a record names with its hash. */
  private static Optional<String> value(@Nullable JsonElement element) {
    if (element instanceof JsonObject o && o.has(HASH)) {
      return value(o.get(HASH));
    }
    return element instanceof JsonPrimitive p ? Optional.of(p.getAsString()) : Optional.empty();
  }
}
