package dev.ligo.api;

import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** Tensors by name, in the order of their names; immutable. */
public final class NamedTensors implements Iterable<Map.Entry<String, Tensor>> {
  private static final NamedTensors EMPTY = new NamedTensors(new TreeMap<>());

  private final SortedMap<String, Tensor> tensors;

  private NamedTensors(SortedMap<String, Tensor> tensors) {
    this.tensors = tensors;
  }

  /** {@return no tensors} */
  public static NamedTensors empty() {
    return EMPTY;
  }

  /**
   * {@return the tensors of a map}
   *
   * @param tensors the tensors by name
   */
  public static NamedTensors of(Map<String, Tensor> tensors) {
    return new NamedTensors(new TreeMap<>(tensors));
  }

  /**
   * {@return one named tensor}
   *
   * @param name the name
   * @param tensor the tensor
   */
  public static NamedTensors of(String name, Tensor tensor) {
    return EMPTY.with(name, tensor);
  }

  /**
   * {@return the tensor of a name}
   *
   * @param name the name
   * @throws UnknownNameException if there is none, with the names there are
   */
  public Tensor get(String name) {
    Tensor t = tensors.get(name);
    if (t == null) {
      throw new UnknownNameException("tensor", name, tensors.keySet());
    }
    return t;
  }

  /**
   * {@return whether there is a tensor of the name}
   *
   * @param name the name
   */
  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  /** {@return the names, ascending} */
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  /** {@return these tensors as an unmodifiable map, ascending} */
  public SortedMap<String, Tensor> asMap() {
    return Collections.unmodifiableSortedMap(tensors);
  }

  /**
   * {@return these tensors with one more, or another of that name}
   *
   * @param name the name
   * @param tensor the tensor
   */
  public NamedTensors with(String name, Tensor tensor) {
    SortedMap<String, Tensor> m = new TreeMap<>(tensors);
    m.put(name, tensor);
    return new NamedTensors(m);
  }

  /**
   * {@return these tensors with others; of the same name the others are taken}
   *
   * @param others what joins these, and replaces those of the same names
   */
  public NamedTensors with(NamedTensors others) {
    SortedMap<String, Tensor> m = new TreeMap<>(tensors);
    m.putAll(others.tensors);
    return new NamedTensors(m);
  }

  /**
   * {@return the tensors whose name starts with a prefix, under the rest of their name}
   *
   * @param prefix what the names start with
   */
  public NamedTensors under(String prefix) {
    SortedMap<String, Tensor> m = new TreeMap<>();
    tensors.tailMap(prefix).entrySet().stream()
        .takeWhile(e -> e.getKey().startsWith(prefix))
        .forEach(e -> m.put(e.getKey().substring(prefix.length()), e.getValue()));
    return new NamedTensors(m);
  }

  /**
   * {@return the same tensors with a prefix before each name}
   *
   * @param prefix what the names start with
   */
  public NamedTensors prefixed(String prefix) {
    SortedMap<String, Tensor> m = new TreeMap<>();
    tensors.forEach((name, t) -> m.put(prefix + name, t));
    return new NamedTensors(m);
  }

  /**
   * Returns, under the same names, what a function makes of each tensor.
   *
   * @param function what is made of each name and tensor
   * @return the results under the same names
   */
  public NamedTensors map(BiFunction<String, Tensor, Tensor> function) {
    SortedMap<String, Tensor> m = new TreeMap<>();
    tensors.forEach((name, t) -> m.put(name, function.apply(name, t)));
    return new NamedTensors(m);
  }

  /** {@return the number of tensors} */
  public int size() {
    return tensors.size();
  }

  @Override
  public Iterator<Map.Entry<String, Tensor>> iterator() {
    return asMap().entrySet().iterator();
  }

  @Override
  public String toString() {
    return tensors.toString();
  }
}
