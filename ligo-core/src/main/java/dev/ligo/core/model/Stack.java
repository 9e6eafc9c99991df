package dev.ligo.core.model;

import dev.ligo.api.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The layers of a stack as functions, in the order in which they are run: what a {@link
 * StackTransform} changes. Immutable.
 */
public final class Stack {
  /** A layer, or several that are run as one. */
  @FunctionalInterface
  public interface Layer {
    /**
     * {@return what the layer makes of its input}
     *
     * @param h the input, (examples, tokens, units)
     * @param along what belongs to the same examples, and perhaps tokens, and is not changed
     */
    Tensor apply(Tensor h, List<Tensor> along);
  }

  /** Makes another function of a layer. */
  @FunctionalInterface
  public interface Wrapper {
    /**
     * {@return what is run in the place of the layer of a number from 0}
     *
     * @param number the layer's number, from 0
     * @param layer the layer
     */
    Layer wrap(int number, Layer layer);
  }

  /** Layers that are run as one. */
  private record Span(int from, int to, UnaryOperator<Layer> wrapper) {}

  private final String name;
  private final List<Layer> layers;
  private final Optional<Span> span;

  private Stack(String name, List<Layer> layers, Optional<Span> span) {
    this.name = name;
    this.layers = List.copyOf(layers);
    this.span = span;
  }

  static Stack of(String name, List<Layer> layers) {
    return new Stack(name, layers, Optional.empty());
  }

  /** {@return the name that the stack has in the layout} */
  public String name() {
    return name;
  }

  /** {@return the number of layers} */
  public int size() {
    return layers.size();
  }

  /**
   * {@return the stack of the first layers alone}
   *
   * @param count the number of layers
   */
  public Stack first(int count) {
    return new Stack(name, layers.subList(0, Math.min(count, size())), span);
  }

  /**
   * {@return the stack with each layer wrapped}
   *
   * @param wrapper what is made of each layer
   */
  public Stack each(Wrapper wrapper) {
    List<Layer> wrapped = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      wrapped.add(wrapper.wrap(i, layers.get(i)));
    }
    return new Stack(name, wrapped, span);
  }

  /**
   * {@return the stack in which some layers are run, one after the other, inside a function that
   * wraps them as one}
   *
   * @param from the number of the first of them
   * @param to the number after the last
   * @param wrapper what is made of each layer
   */
  public Stack within(int from, int to, UnaryOperator<Layer> wrapper) {
    return new Stack(name, layers, Optional.of(new Span(from, to, wrapper)));
  }

  /** Returns what the layers make of an input. */
  Tensor run(Tensor x, List<Tensor> along) {
    int from = Math.min(size(), span.map(Span::from).orElse(size()));
    int to = Math.min(size(), span.map(Span::to).orElse(size()));
    Tensor h = chain(0, from).apply(x, along);
    if (from < to) {
      h = span.orElseThrow().wrapper().apply(chain(from, to)).apply(h, along);
    }
    return chain(to, size()).apply(h, along);
  }

  private Layer chain(int from, int to) {
    return (x, along) -> {
      Tensor h = x;
      for (Layer layer : layers.subList(from, to)) {
        h = layer.apply(h, along);
      }
      return h;
    };
  }
}
