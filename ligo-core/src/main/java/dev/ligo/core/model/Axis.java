package dev.ligo.core.model;

import java.util.List;
import java.util.Optional;

/**
 * A symbolic axis of a parameter. The same {@link Width} on two parameters means that they grow
 * together: every growth method's tying follows from it.
 */
public sealed interface Axis {
  /** Returns the number of elements along the axis. */
  int size();

  /** Returns an axis that never grows, such as a vocabulary. */
  static Axis fixed(int size) {
    return new Fixed(size);
  }

  /** Returns the axes side by side, as in GPT-2's fused query, key and value. */
  static Axis concat(Width... parts) {
    return new Concat(List.of(parts));
  }

  /**
   * An axis that never grows.
   *
   * @param size the number of elements
   */
  record Fixed(int size) implements Axis {}

  /**
   * An axis that may grow. Made by a {@link Layout}.
   *
   * @param name its name, unique in the layout
   * @param stack the stack of layers whose template declares it (each layer has its own units), or
   *     empty for one that the whole model shares
   * @param size the number of elements
   * @param heads the axis of heads of which it is the product with a head width, if it is one
   */
  record Width(String name, Optional<String> stack, int size, Optional<Width> heads)
      implements Axis {
    /** Returns the number of elements of each head; the size for an axis without heads. */
    public int headWidth() {
      return heads.map(h -> size / h.size()).orElse(size);
    }
  }

  /**
   * Axes side by side.
   *
   * @param parts the axes in their order
   */
  record Concat(List<Width> parts) implements Axis {
    @Override
    public int size() {
      return parts.stream().mapToInt(Width::size).sum();
    }
  }
}
