package dev.ligo.core;

import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Classification;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.ConfigOverrides;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Task;
import dev.ligo.core.model.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;

/**
 * What values that were set in the place of a config's make of the model that files hold.
 *
 * @param stored the model of the files
 * @param model the model with the values, without the heads that have another size then
 * @param overrides the values
 */
record SetValues(ModelSpec<?> stored, ModelSpec<?> model, ConfigOverrides overrides) {
  /**
   * Refuses values that would need other parameters than the files hold.
   *
   * @throws ConfigException if there are such
   */
  void check() {
    SortedMap<String, Shape> held = stored.layout().shapes();
    for (Parameter p : model.layout().parameters()) {
      for (int l = 0; l < model.layout().layers(p); l++) {
        Shape found = held.get(p.at(l));
        if (grid(p).isEmpty() && !p.shape().equals(found)) {
          throw new ConfigException(
              "with the values that were set '"
                  + p.at(l)
                  + "' would have shape "
                  + p.shape()
                  + ", the files hold "
                  + (found == null ? "none" : found)
                  + "; only values that leave the weights as they are can be set. Growing changes"
                  + " the numbers of layers and heads and the hidden and feed-forward sizes, no"
                  + " others.");
        }
      }
    }
    if (!model.layout().stacks().equals(stored.layout().stacks())) {
      throw new ConfigException(
          "the values that were set change the number of layers; layers are added by growing.");
    }
  }

  /** Returns the values in words, if the model is another than the files' because of them. */
  Optional<String> changes() {
    return model.json().equals(stored.json())
        ? Optional.empty()
        : Optional.of(overrides.toString());
  }

  /** Returns the tasks whose heads have another size in the files. */
  List<String> outgrownHeads() {
    return stored.heads().stream().map(Task::name).filter(t -> !model.hasHead(t)).toList();
  }

  /** Returns how many classes a head in the files tells apart, empty if they hold no such head. */
  OptionalInt storedClasses(String task) {
    return stored.hasHead(task) && stored.task(task) instanceof Classification<?>
        ? OptionalInt.of(classes(stored, task))
        : OptionalInt.empty();
  }

  /** Returns how many classes a model has for a task of telling classes apart. */
  static <C> int classes(ModelSpec<C> model, String task) {
    return model.classification(task).labels(model.config()).size();
  }

  /** Returns a parameter's values as the model has them, interpolated to its grid of patches. */
  HostArray resampled(String name, HostArray values) {
    Optional<Axis.Grid> wanted = grid(model.layout(), name);
    Optional<Axis.Grid> held = grid(stored.layout(), name);
    return wanted.equals(held) ? values : wanted.orElseThrow().resample(values, held.orElseThrow());
  }

  /** Returns which tables of positions are interpolated, in words. */
  List<String> interpolations() {
    List<String> found = new ArrayList<>();
    for (Parameter p : model.layout().parameters()) {
      Optional<Axis.Grid> wanted = grid(p);
      Optional<Axis.Grid> held = grid(stored.layout(), p.name());
      if (wanted.isPresent() && held.isPresent() && !wanted.equals(held)) {
        found.add(
            String.format(
                "the positions '%s' are interpolated from %d × %d patches to %d × %d",
                p.name(),
                held.get().rows(),
                held.get().columns(),
                wanted.get().rows(),
                wanted.get().columns()));
      }
    }
    return List.copyOf(found);
  }

  private static Optional<Axis.Grid> grid(Layout layout, String name) {
    return layout.parameters().stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .flatMap(SetValues::grid);
  }

  /** Returns the grid of patches along an axis of a parameter, if it has one. */
  private static Optional<Axis.Grid> grid(Parameter p) {
    return p.uses().stream()
        .map(Use::axis)
        .filter(Axis.Grid.class::isInstance)
        .map(Axis.Grid.class::cast)
        .findFirst();
  }
}
