package dev.ligo.core.model;

import dev.ligo.api.HostArray;
import dev.ligo.api.LigoException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A symbolic axis of a parameter. The same {@link Width} on two parameters means that they grow
 * together: every growth method's tying follows from it.
 */
public sealed interface Axis {
  /** {@return the number of elements along the axis} */
  int size();

  /**
   * {@return an axis that never grows, such as classes}
   *
   * @param size the number of units
   */
  static Axis fixed(int size) {
    return new Fixed(size);
  }

  /**
   * {@return the axis of a vocabulary: rows of a table of embeddings, or logits} It grows only
   * where a vocabulary size is asked for, in the same way by every method.
   *
   * @param size the number of tokens
   */
  static Axis vocabulary(int size) {
    return new Vocabulary(size);
  }

  /**
   * {@return axes side by side, each in a role of its own, as in a fused query, key and value} What
   * grows them treats each part as if it were a parameter of its own.
   *
   * @param parts the axes that stand one after the other
   * @throws dev.ligo.api.LigoException if a part is no axis that may grow
   */
  static Axis concat(Use... parts) {
    return new Concat(List.of(parts), Optional.empty());
  }

  /**
   * {@return axes dealt out head by head: the first head's units of each part in turn, then the
   * second's} A query, key and value fused per head, {@code [heads, 3, head width]} (GPT-NeoX), is
   * {@code interleave(heads, query, key, value)}. What grows them treats each part as if it were a
   * parameter of its own.
   *
   * @param heads the heads, of which every part is a product
   * @param parts the number of parts
   * @throws dev.ligo.api.LigoException if a part is no product of the heads
   */
  static Axis interleave(Width heads, Use... parts) {
    return new Concat(List.of(parts), Optional.of(heads));
  }

  /**
   * An axis that never grows.
   *
   * @param size the number of elements
   */
  record Fixed(int size) implements Axis {}

  /**
   * The tokens of a vocabulary.
   *
   * @param size the number of tokens
   */
  record Vocabulary(int size) implements Axis {
    /** The most tokens: several times as many as any model has. */
    public static final int MOST = 1 << 24;

    /**
     * Refuses a size that no model has, before anything of it is made.
     *
     * @param size the number of tokens
     * @throws ConfigException if it is above {@link #MOST}
     */
    public Vocabulary {
      Dimensions.requireAtMost("the size of the vocabulary", size, MOST);
    }
  }

  /**
   * An axis that may grow. Made by a {@link Layout}.
   *
   * @param name its name, unique in the layout
   * @param stack the stack of layers whose template declares it (each layer has its own units), or
   *     empty for one that the whole model shares
   * @param size the number of elements
   * @param heads the axis of heads of which it is the product with a head width, if it is one; that
   *     may be a product itself, of heads of keys and the number of queries that share one
   * @param wholeHeads whether it grows by whole heads alone, since the units in a head have places
   *     of their own
   */
  record Width(
      String name, Optional<String> stack, int size, Optional<Width> heads, boolean wholeHeads)
      implements Axis {
    /**
     * Creates an axis whose units may be copied one by one.
     *
     * @param name the name
     * @param stack the stack it belongs to, if it does
     * @param size the number of units
     * @param heads the axis of heads, if units are grouped
     */
    public Width(String name, Optional<String> stack, int size, Optional<Width> heads) {
      this(name, stack, size, heads, false);
    }

    /** {@return the number of elements of each head; the size for an axis without heads} */
    public int headWidth() {
      return heads.map(h -> size / h.size()).orElse(size);
    }

    private boolean isProductOf(Width axis) {
      return heads.filter(h -> h.equals(axis) || h.isProductOf(axis)).isPresent();
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
     * {@return a table of positions (1, positions, width) for this grid, interpolated from that of
     * another one}
     *
     * @param table one vector for each place of the other grid
     * @param from the other grid
     */
    public HostArray resample(HostArray table, Grid from) {
      return resampling.apply(table, from, this);
    }
  }

  /**
   * Axes side by side.
   *
   * @param parts the axes in their order, and how the parameter uses each
   * @param heads the heads by which the parts are dealt out; empty where each part lies whole
   */
  record Concat(List<Use> parts, Optional<Width> heads) implements Axis {
    /**
     * Copies the parts.
     *
     * @param parts the axes in their order, and how the parameter uses each
     * @param heads the heads by which the parts are dealt out; empty where each part lies whole
     */
    public Concat {
      parts = List.copyOf(parts);
      if (!parts.stream().allMatch(u -> u.axis() instanceof Width)) {
        throw new LigoException("axes side by side are axes that may grow, found " + parts + ".");
      }
      for (Use part : parts) {
        if (heads.isPresent() && !((Width) part.axis()).isProductOf(heads.get())) {
          throw new LigoException(
              "axes that are dealt out by axis '"
                  + heads.get().name()
                  + "' are products of it, found "
                  + part.axis()
                  + "; declare it as width(name, heads, headWidth).");
        }
      }
    }

    /** {@return the number of stretches of equal size in which every part lies: 1, or the heads} */
    public int stretches() {
      return heads.map(Width::size).orElse(1);
    }

    /**
     * {@return the place along this axis of each unit of a part}
     *
     * @param part the part's number, from 0
     */
    public int[] places(int part) {
      int before = parts.subList(0, part).stream().mapToInt(u -> u.axis().size()).sum();
      int stretches = stretches();
      int each = parts.get(part).axis().size() / stretches;
      int[] places = new int[each * stretches];
      Arrays.setAll(places, i -> i / each * (size() / stretches) + before / stretches + i % each);
      return places;
    }

    @Override
    public int size() {
      return parts.stream().mapToInt(u -> u.axis().size()).sum();
    }
  }
}
