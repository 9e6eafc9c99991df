package dev.ligo.core.model;

import dev.ligo.api.LigoException;
import dev.ligo.api.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A parameter, or the same-named parameters of a stack's layers.
 *
 * @param name the checkpoint's name; in a stack with {@code {}} in the place of the layer's number
 * @param stack the stack it belongs to, if it does
 * @param uses its axes in the checkpoint's order
 * @param initializer how it begins without a source
 * @param optional whether a checkpoint may lack it
 * @param kind what it does to the residual stream
 * @param encoding how its values are stored
 */
public record Parameter(
    String name,
    Optional<String> stack,
    List<Use> uses,
    Initializer initializer,
    boolean optional,
    Kind kind,
    Encoding encoding) {
  /** What a parameter does to the residual stream, so far as growth methods need to know. */
  public enum Kind {
    /** Nothing of the below. */
    OTHER,
    /**
     * Weight or bias of the linear layer that ends a residual branch: with zeros in it the branch
     * adds nothing.
     */
    BRANCH_END,
    /** What a residual branch's result is multiplied with, unit by unit (LayerScale). */
    BRANCH_SCALE,
    /** The weight of a norm by the root mean square, which linear layers read; it has no bias. */
    RMS_NORM_SCALE,
    /**
     * The weight of a norm by the root mean square that ends a residual branch: with zeros in it
     * the branch adds nothing.
     */
    BRANCH_NORM,
    /**
     * Weight or bias of a linear layer whose result a norm inside the branch takes at once, as of
     * queries and keys: only the norm's epsilon tells how large it is.
     */
    NORMED,
    /** The weight of such a norm. */
    HEAD_NORM_SCALE,
    /** The weight γ of a norm whose result is read by linear layers alone. */
    NORM_SCALE,
    /** The bias β of such a norm. */
    NORM_SHIFT,
    /** The weight γ of a norm that the residual stream itself passes through (post-LN). */
    STREAM_NORM_SCALE,
    /** The bias β of such a norm. */
    STREAM_NORM_SHIFT;

    /** {@return whether this is the weight or bias of a norm} */
    public boolean isNorm() {
      return switch (this) {
        case RMS_NORM_SCALE,
            BRANCH_NORM,
            HEAD_NORM_SCALE,
            NORM_SCALE,
            NORM_SHIFT,
            STREAM_NORM_SCALE,
            STREAM_NORM_SHIFT ->
            true;
        case OTHER, BRANCH_END, BRANCH_SCALE, NORMED -> false;
      };
    }

    /** {@return whether this is the weight or bias of a norm that the stream passes through} */
    public boolean isStreamNorm() {
      return this == STREAM_NORM_SCALE || this == STREAM_NORM_SHIFT;
    }
  }

  /**
   * Copies the uses.
   *
   * @param name the checkpoint's name; in a stack with {@code {}} in the place of the layer's
   *     number
   * @param stack the stack it belongs to, if it does
   * @param uses its axes in the checkpoint's order
   * @param initializer how it begins without a source
   * @param optional whether a checkpoint may lack it
   * @param kind what it does to the residual stream
   * @param encoding how its values are stored
   */
  public Parameter {
    uses = List.copyOf(uses);
    if (uses.stream().filter(u -> u.axis() instanceof Axis.Concat).count() > 1) {
      throw new LigoException("parameter '" + name + "' has more than one concatenated axis.");
    }
  }

  /** {@return the index of the axis that is a concatenation, or −1 if none is} */
  public int partAxis() {
    for (int i = 0; i < uses.size(); i++) {
      if (uses.get(i).axis() instanceof Axis.Concat) {
        return i;
      }
    }
    return -1;
  }

  /**
   * {@return the uses of each part: of a parameter with a concatenated axis one list for each part
   * of that axis, in whose place the part's use stands; of any other its uses alone}
   */
  public List<List<Use>> parts() {
    int axis = partAxis();
    if (axis < 0) {
      return List.of(uses);
    }
    List<List<Use>> parts = new ArrayList<>();
    for (Use part : concat(axis).parts()) {
      List<Use> all = new ArrayList<>(uses);
      all.set(axis, part);
      parts.add(List.copyOf(all));
    }
    return List.copyOf(parts);
  }

  /**
   * {@return a part as if it were a parameter of its own: of the same name, along the part's axis
   * alone} Of a parameter without parts it is that parameter.
   *
   * @param part the part's number, from 0
   */
  public Parameter part(int part) {
    return partAxis() < 0
        ? this
        : new Parameter(name, stack, parts().get(part), initializer, optional, kind, encoding);
  }

  /**
   * {@return a parameter of the same uses whose values are stored in another way}
   *
   * @param other how they are stored
   * @param begins how it begins without a source
   */
  public Parameter storedAs(Encoding other, Initializer begins) {
    return new Parameter(name, stack, uses, begins, optional, kind, other);
  }

  /**
   * {@return the places along {@link #partAxis} of a part's units; nothing for a parameter of one
   * part}
   *
   * @param part the part's number, from 0
   */
  public int[] partPlaces(int part) {
    int axis = partAxis();
    return axis < 0 ? new int[0] : concat(axis).places(part);
  }

  /** {@return the number of stretches in which every part lies along {@link #partAxis}} */
  public int partStretches() {
    int axis = partAxis();
    return axis < 0 ? 1 : concat(axis).stretches();
  }

  private Axis.Concat concat(int axis) {
    return (Axis.Concat) uses.get(axis).axis();
  }

  /**
   * {@return the name in a layer of the stack; the name itself outside stacks}
   *
   * @param layer the layer's number, from 0
   */
  public String at(int layer) {
    return stack.isPresent() ? name.replace("{}", Integer.toString(layer)) : name;
  }

  /** {@return the shape of one layer's tensor} */
  public Shape shape() {
    return Shape.of(uses.stream().mapToInt(u -> u.axis().size()).toArray());
  }

  /**
   * {@return whether this is a table of tokens outside stacks: no method mixes its rows, each grows
   * by itself}
   */
  public boolean isTokenTable() {
    return stack.isEmpty() && uses.size() > 1 && uses.get(0).axis() instanceof Axis.Vocabulary;
  }

  /**
   * {@return a table of tokens with so many rows}
   *
   * @param rows the number of rows
   */
  public Parameter withRows(int rows) {
    List<Use> other = new ArrayList<>(uses);
    other.set(0, new Use(Axis.vocabulary(rows), uses.get(0).role()));
    return new Parameter(name, stack, other, initializer, optional, kind, encoding);
  }

  /** {@return whether weight decay applies: to matrices and tables, not to biases and norms} */
  public boolean decays() {
    return uses.size() > 1;
  }
}
