package dev.ligo.core;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.Classification;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Task;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  /** A name that says what a class is for. */
  private static final String FOR_SOMETHING = ".+For[A-Z]\\w+";

  /** What stands before the names of classes for other engines. */
  private static final String ENGINE = "^(TF|Flax)(?=[A-Z])";

  private static final String ARCHITECTURES = "architectures";

  /** The key by which a config of timm, which names no class, says that there is no head. */
  private static final String CLASSES = "num_classes";

  private NamedClass() {}

  /**
   * Refuses a class whose head none of the family's tasks has: one of the family, or one that says
   * by its name what it is for, such as another family's. Of other names the tensors tell.
   *
   * @throws UnknownHeadException if the config names one
   */
  static void requireKnown(Path path, JsonObject config, Architecture<?> architecture) {
    Set<String> known = known(architecture);
    List<String> heads =
        architecture.tasks().stream()
            .map(t -> t.className().substring(prefix(t).length()))
            .toList();
    for (String name : names(config)) {
      boolean own = architecture.tasks().stream().anyMatch(t -> name.startsWith(prefix(t)));
      boolean other = name.matches(FOR_SOMETHING) && heads.stream().noneMatch(name::endsWith);
      if ((own ? !known.contains(name) : other) && !name.endsWith(PRETRAINING)) {
        throw new UnknownHeadException(
            path,
            "is a "
                + name
                + " by 'architectures' in config.json, whose head is not computed here; expected"
                + " one of "
                + String.join(", ", known)
                + ". Open it without its head.");
      }
    }
  }

  /**
   * Returns what to say of a class whose head the files do not hold, as the public implementation
   * warns of it.
   */
  static Optional<String> missingHead(ModelSpec<?> stored, JsonObject config) {
    List<String> names = names(config);
    return stored.architecture().tasks().stream()
        .filter(t -> names.contains(t.className()) && !stored.hasHead(t.name()))
        .findFirst()
        .map(
            t ->
                "the files hold no "
                    + t.name()
                    + " head, though config.json names a "
                    + t.className()
                    + ": where one is needed, it begins afresh");
  }

  /**
   * Returns what to say where the files hold no head of the named class, but another. One that has
   * nothing but the embeddings, as of a tied language model, is in the files of the base class too.
   */
  static Optional<String> unnamedHead(ModelSpec<?> stored, JsonObject config) {
    List<String> names = names(config);
    if (names.isEmpty()
        || !known(stored.architecture()).containsAll(names)
        || stored.heads().stream().anyMatch(t -> names.contains(t.className()))) {
      return Optional.empty();
    }
    return stored.heads().stream()
        .filter(t -> !stored.headParameters(t.name()).isEmpty())
        .findFirst()
        .map(
            t ->
                "the files hold a "
                    + t.name()
                    + " head, though config.json names a "
                    + String.join(", ", names)
                    + ": it is taken for that of a "
                    + t.className());
  }

  /**
   * Returns what to say where no class is named and the tensors do not tell it: several classes
   * have a classifier of the same names and shapes.
   */
  static Optional<String> guessedHead(ModelSpec<?> stored, JsonObject config) {
    if (!config.has("model_type") || !names(config).isEmpty()) {
      return Optional.empty();
    }
    return stored.heads().stream()
        .filter(Classification.class::isInstance)
        .findFirst()
        .map(
            t ->
                "config.json names no class in '"
                    + ARCHITECTURES
                    + "': by its tensors the model is taken for a "
                    + t.className()
                    + ", and others have such tensors, too; name the class");
  }

  private static Set<String> known(Architecture<?> architecture) {
    Set<String> known = new TreeSet<>();
    for (Task<?> task : architecture.tasks()) {
      known.add(task.className());
      known.add(prefix(task) + BASE);
    }
    return known;
  }

  /** Makes a config name the class without a head. */
  static void dropHead(JsonObject config, Architecture<?> architecture) {
    if (config.has(ARCHITECTURES)) {
      List<String> names = names(config);
      String prefix =
          architecture.tasks().stream()
              .map(NamedClass::prefix)
              .filter(p -> names.stream().anyMatch(n -> n.startsWith(p)))
              .findFirst()
              .orElseGet(() -> prefix(architecture.tasks().get(0)));
      JsonArray base = new JsonArray();
      base.add(prefix + BASE);
      config.add(ARCHITECTURES, base);
    } else if (!config.has("model_type")) {
      config.addProperty(CLASSES, 0);
    }
  }

  private static List<String> names(JsonObject config) {
    List<String> names = new ArrayList<>();
    if (config.get(ARCHITECTURES) instanceof JsonArray classes) {
      for (JsonElement e : classes) {
        if (e.isJsonPrimitive()) {
          names.add(e.getAsString().replaceFirst(ENGINE, ""));
        }
      }
    }
    return names;
  }

  /** Returns what the names of the classes of a task's family begin with. */
  private static String prefix(Task<?> task) {
    return task.className().replaceFirst("(For|LMHead|DoubleHeads)[A-Z]?.*$", "");
  }
}
