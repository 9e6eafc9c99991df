package dev.ligo.core;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.Task;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * The class that {@code architectures} in a {@code config.json} names. It says which head a
 * checkpoint has, which the names of tensors do not: a token classifier and a classifier of whole
 * texts both have a {@code classifier.weight}.
 */
final class NamedClass {
  /** How the class without a head is named after the family's prefix. */
  private static final String BASE = "Model";

  /** How a class with all that a family is pretrained with is named. */
  private static final String PRETRAINING = "ForPreTraining";

  private NamedClass() {}

  /**
   * Refuses a class of the family whose head none of its tasks has. A class of another name is
   * somebody's own, of which the tensors tell.
   *
   * @throws CheckpointException if the config names one
   */
  static void requireKnown(Path path, JsonObject config, Architecture<?> architecture) {
    JsonElement classes = config.get("architectures");
    if (classes == null || !classes.isJsonArray()) {
      return;
    }
    Set<String> known = new TreeSet<>();
    Set<String> prefixes = new TreeSet<>();
    for (Task<?> task : architecture.tasks()) {
      String prefix = task.className().replaceFirst("(For|LMHead|DoubleHeads)[A-Z]?.*$", "");
      prefixes.add(prefix);
      known.add(task.className());
      known.add(prefix + BASE);
    }
    for (JsonElement e : classes.getAsJsonArray()) {
      String name = e.isJsonPrimitive() ? e.getAsString() : "";
      boolean own = prefixes.stream().anyMatch(name::startsWith);
      if (own && !known.contains(name) && !name.endsWith(PRETRAINING)) {
        throw new CheckpointException(
            path,
            "is a "
                + name
                + " by 'architectures' in config.json, whose head is not computed here; expected"
                + " one of "
                + String.join(", ", known)
                + ". Save the model without that head, as the base class does.");
      }
    }
  }
}
