package dev.ligo.core.train;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a run is: the values that must be the same for it to be continued, by words for them, such
 * as hashes of its data. Some of them may be allowed to change.
 *
 * @param values the values
 * @param allowed the words for those that may change
 */
public record RunIdentity(JsonObject values, Set<String> allowed) {
  /** The word for what a run computes on. */
  public static final String BACKEND = "backend";

  /** The word for what it learns from. */
  public static final String DATA = "data";

  /** The word for what it is measured on. */
  public static final String HELD_OUT = "held-out-data";

  /** The word for what its model is stored as, where that is not the usual. */
  public static final String DTYPE = "dtype";

  /** The words for what may be allowed to change: a run makes sense with another. */
  public static final Set<String> CHANGEABLE = Set.of(BACKEND, DATA, DTYPE, HELD_OUT);

  /**
   * Checks the words.
   *
   * @param values the values
   * @param allowed the words for those that may change
   * @throws TrainingException if a word stands for something that cannot change
   */
  public RunIdentity {
    allowed = Set.copyOf(allowed);
    for (String word : allowed) {
      if (!CHANGEABLE.contains(word)) {
        throw new TrainingException(
            "a run cannot be continued with another '"
                + word
                + "'; what may change is "
                + changeable()
                + ".");
      }
    }
  }

  /**
   * {@return an identity of which nothing may change}
   *
   * @param values the values
   */
  public static RunIdentity of(JsonObject values) {
    return new RunIdentity(values, Set.of());
  }

  /**
   * Compares with the run that is to be continued.
   *
   * @param before what that run was
   * @param step the step after which it is continued
   * @param directory where the run stands, for messages
   * @return the allowed changes, each an object
   * @throws TrainingException if something else has changed
   */
  JsonArray changesFrom(JsonObject before, long step, Path directory) {
    Set<String> keys = new TreeSet<>(values.keySet());
    keys.addAll(before.keySet());
    keys.removeIf(k -> Objects.equals(values.get(k), before.get(k)));
    List<String> refused = new ArrayList<>();
    JsonArray changes = new JsonArray();
    for (String key : keys) {
      if (allowed.contains(key)) {
        JsonObject change = new JsonObject();
        change.addProperty("after_step", step);
        change.addProperty("changed", key);
        change.add("from", Objects.requireNonNullElse(before.get(key), JsonNull.INSTANCE));
        change.add("to", Objects.requireNonNullElse(values.get(key), JsonNull.INSTANCE));
        changes.add(change);
      } else {
        refused.add(key + " (" + Difference.of(before.get(key), values.get(key)) + ")");
      }
    }
    if (!refused.isEmpty()) {
      throw new ChangedRunException(
          "the interrupted run in "
              + directory
              + " was of another "
              + String.join(", another ", refused)
              + "; continue it as it was begun, or remove it.",
          CHANGEABLE.containsAll(keys));
    }
    return changes;
  }

  private static String changeable() {
    return String.join(", ", new TreeSet<>(CHANGEABLE));
  }
}
