package dev.ligo.core;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.ConfigException;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds the family of a {@code config.json}. */
public final class Families {
  private Families() {}

  /**
   * {@return the family that a {@code config.json} names}
   *
   * @param config the contents of a {@code config.json}
   * @param architectures the families that are known
   * @throws ConfigException if it names none that there is
   */
  public static Architecture<?> of(JsonObject config, Collection<Architecture<?>> architectures) {
    Set<String> known = new TreeSet<>();
    Set<String> families = new TreeSet<>();
    for (Architecture<?> a : architectures) {
      known.addAll(a.modelTypes());
      families.add(a.name());
      if (a.describes(config)) {
        return a;
      }
    }
    JsonElement type = config.get("model_type");
    refuseUnlike(type, architectures, families);
    JsonElement named = config.get("architecture"); // as timm names a model
    Set<String> others = new TreeSet<>(families);
    others.removeAll(known);
    throw new ConfigException(
        "config.json: expected a 'model_type' of "
            + String.join(", ", known)
            + ", or timm's 'architecture' of one of these"
            + (others.isEmpty() ? "" : " or of " + String.join(", ", others))
            + "; found "
            + (type == null ? "none" : type)
            + (named == null ? "" : ", and 'architecture' " + named + " is of none of them")
            + ".");
  }

  /** Refuses a family by its name that one of those there are knows to be computed otherwise. */
  private static void refuseUnlike(
      @Nullable JsonElement type, Collection<Architecture<?>> architectures, Set<String> families) {
    String name = type != null && type.isJsonPrimitive() ? type.getAsString() : "";
    for (Architecture<?> a : architectures) {
      String difference = a.unlike().get(name);
      if (difference != null) {
        throw new ConfigException(
            "config.json: models of type '"
                + name
                + "' are not supported, since "
                + difference
                + ". Take a checkpoint of one of "
                + String.join(", ", families)
                + ".");
      }
    }
  }
}
