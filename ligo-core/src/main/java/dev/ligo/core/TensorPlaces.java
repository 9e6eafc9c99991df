package dev.ligo.core;

import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.checkpoint.FileSpec;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.ModelSpec;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where a checkpoint's files hold a model's parameters: under their own names or tied ones, in one
 * of the family's dialects.
 *
 * @param directory the files
 * @param dialect the dialect that they are written in
 * @param ties the names that are tied, of the model with all heads that the family has
 */
record TensorPlaces(HuggingFaceDirectory directory, Dialect dialect, Map<String, String> ties) {
  /**
   * Finds the dialect in which the fewest parameters are missing.
   *
   * @param base the model without heads
   * @throws CheckpointException if parameters are missing in every dialect
   */
  static <C> TensorPlaces of(ModelSpec<C> base, HuggingFaceDirectory directory) {
    Set<String> names = directory.tensors().keySet();
    Dialect dialect =
        base.architecture().dialects().stream()
            .min(Comparator.comparingInt(d -> missing(base.layout(), d, names).size()))
            .orElse(Dialect.CANONICAL);
    Set<String> missing = missing(base.layout(), dialect, names);
    if (!missing.isEmpty()) {
      throw new CheckpointException(
          directory.path(),
          "lacks "
              + missing.size()
              + " tensors of a "
              + base.architecture().name()
              + ", such as '"
              + missing.iterator().next()
              + "'; is it a complete checkpoint of this family?");
    }
    Map<String, String> ties = new TreeMap<>(base.layout().ties());
    for (var task : base.architecture().tasks()) {
      Layout head = new Layout(0);
      task.parameters(base.config(), head);
      ties.putAll(head.ties());
    }
    return new TensorPlaces(directory, dialect, ties);
  }

  private static Set<String> missing(Layout layout, Dialect dialect, Set<String> names) {
    Set<String> missing = new TreeSet<>();
    for (String n : layout.shapes().keySet()) {
      if (!names.contains(dialect.place(n).tensor())) {
        missing.add(dialect.place(n).tensor());
      }
    }
    return missing;
  }

  /** Returns where the files hold a parameter: under its own name, or one that is tied to it. */
  Optional<Dialect.Place> find(String name) {
    Set<String> names = directory.tensors().keySet();
    Dialect.Place own = dialect.place(name);
    if (names.contains(own.tensor())) {
      return Optional.of(own);
    }
    return ties.entrySet().stream()
        .filter(e -> e.getValue().equals(name))
        .map(e -> dialect.place(e.getKey()))
        .filter(p -> names.contains(p.tensor()))
        .findFirst();
  }

  /** Returns the part of a tensor that a parameter is: its rows lie one after the other. */
  static HostArray part(HostArray tensor, Dialect.Place place) {
    if (place.parts() == 1) {
      return tensor;
    }
    Shape whole = tensor.shape();
    Shape shape = whole.withDim(0, whole.dim(0) / place.parts());
    int bytes = Math.toIntExact(tensor.spec().bytes() / place.parts());
    return HostArray.wrap(tensor.dtype(), shape, tensor.bytes().slice(place.part() * bytes, bytes));
  }

  /**
   * Refuses shapes that differ from the config's, and tensors that the family does not have.
   *
   * @param stored the model with the heads that the files hold
   */
  void check(ModelSpec<?> stored) {
    Set<String> unknown = new HashSet<>(directory.tensors().keySet());
    stored.layout().shapes().forEach((name, shape) -> unknown.remove(check(name, shape)));
    stored.layout().ties().keySet().forEach(a -> unknown.remove(dialect.place(a).tensor()));
    unknown.removeIf(stored.layout()::isIgnored);
    if (!unknown.isEmpty()) {
      throw new CheckpointException(
          directory.path(),
          "holds "
              + unknown.size()
              + " tensors that a "
              + stored.architecture().name()
              + " of this config does not have, such as '"
              + new TreeSet<>(unknown).first()
              + "'; they would be lost. Remove them, or correct the config.");
    }
  }

  /** Checks one parameter, and returns the name of its tensor in the files. */
  private String check(String name, Shape shape) {
    SortedMap<String, FileSpec> tensors = directory.tensors();
    Dialect.Place place =
        find(name)
            .orElseThrow(
                () ->
                    new CheckpointException(directory.path(), "lacks the tensor '" + name + "'."));
    String file = place.tensor();
    FileSpec spec = tensors.get(file);
    if (!spec.shape().equals(place.tensorShape(shape))) {
      throw new CheckpointException(
          directory.path(),
          "'"
              + file
              + "' should have shape "
              + place.tensorShape(shape)
              + " by config.json, found "
              + spec.shape()
              + "; config and weights are not of one model.");
    }
    if (!spec.dtype().memory().isFloating()) {
      throw new CheckpointException(
          directory.path(), "'" + file + "' should be floating, found " + spec + ".");
    }
    return file;
  }
}
