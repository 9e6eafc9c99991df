package dev.ligo.core.train;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.ligo.api.LigoException;
import dev.ligo.core.checkpoint.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a run writes last: a record of how its model was trained or grown, in the model's directory,
 * or, as a run of a comparison, the file of its results. Records have values of what the run is
 * under the same words, with underscores in them.
 */
final class RunRecord {
  private RunRecord() {}

  /**
   * Returns whether a destination holds the record of a run. One that cannot be read is none, and
   * one that differs in a value is another run's.
   *
   * @param run what the run is, see {@link RunIdentity}
   */
  static boolean isOf(JsonObject run, Path destination) {
    return Stream.of(
            destination.resolve("training.json"), destination.resolve("growth.json"), destination)
        .anyMatch(file -> isRecord(run, file));
  }

  private static boolean isRecord(JsonObject run, Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try {
      JsonObject record = JsonValue.parse(Files.readString(file), TrainingException::new).object();
      boolean same = false;
      for (Map.Entry<String, JsonElement> e : run.entrySet()) {
        JsonElement there = record.get(e.getKey().replace(' ', '_').replace('-', '_'));
        if (there != null && there.isJsonPrimitive() && e.getValue().isJsonPrimitive()) {
          if (!there.getAsString().equals(e.getValue().getAsString())) {
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
}
