package dev.ligo.core.model;

import dev.ligo.api.HostArray;
import dev.ligo.api.LigoException;
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

  /**
   * Returns axes side by side, each in a role of its own, as in a fused query, key and value. What
   * grows them treats each part as if it were a parameter of its own.
   *
   * @throws dev.ligo.api.LigoException if a part is no axis that may grow
   */
  static Axis concat(Use... parts) {
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
   * @param heads the axis of heads of which it is the product with a head width, if it is one; that
   *     may be a product itself, of heads of keys and the number of queries that share one
   */
  record Width(String name, Optional<String> stack, int size, Optional<Width> heads)
      implements Axis {
    /** Returns the number of elements of each head; the size for an axis without heads. */
    public int headWidth() {
      return heads.map(h -> size / h.size()).orElse(size);
    }
  }

  /**
   * Positions on a grid of patches, some tokens before them. The axis never grows; a table for
   * another image size is interpolated when it is read.
   *
   * @param leading the tokens before the patches, whose positions stay
   * @param rows the rows of patches
   * @param columns the columns of patches
   * @param resampling how a table is interpolated
   */
  record Grid(int leading, int rows, int columns, Resampling resampling) implements Axis {
    @Override
    public int size() {
      return leading + rows * columns;
    }

    /**
     * Returns a table of positions (1, positions, width) for this grid, interpolated from that of
     * another one.
     */
    public HostArray resample(HostArray table, Grid from) {
      return resampling.apply(table, from, this);
    }
  }

  /**
   * Axes side by side.
   *
   * @param parts the axes in their order, and how the parameter uses each
   */
  record Concat(List<Use> parts) implements Axis {
    /** Copies the parts. */
    public Concat {
      parts = List.copyOf(parts);
      if (!parts.stream().allMatch(u -> u.axis() instanceof Width)) {
        throw new LigoException("axes side by side are axes that may grow, found " + parts + ".");
      }
    }

    @Override
    public int size() {
      return parts.stream().mapToInt(u -> u.axis().size()).sum();
    }
  }
}
