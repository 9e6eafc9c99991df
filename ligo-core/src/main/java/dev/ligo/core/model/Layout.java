package dev.ligo.core.model;

import dev.ligo.api.LigoException;
import dev.ligo.api.Shape;
import dev.ligo.api.UnknownNameException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The parameters of a model: their checkpoint names, symbolic axes, stacks and ties. An {@link
 * Architecture} and its {@link Task}s fill it; everything that grows, reads or writes a model
 * follows from it.
 */
public final class Layout {
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, Axis.Width> axes = new LinkedHashMap<>();
  private final Map<String, Integer> stacks = new LinkedHashMap<>();
  private final Map<String, String> ties = new LinkedHashMap<>();
  private final Map<String, String> duplicates = new LinkedHashMap<>();
  private final List<Pattern> ignored = new ArrayList<>();
  private final List<Pattern> ofHeads = new ArrayList<>();
  private final double deviation;
  private Optional<String> stack = Optional.empty();
  private boolean optional;

  /**
   * Creates an empty layout.
   *
   * @param deviation the standard deviation with which weights and tables begin
   */
  public Layout(double deviation) {
    this.deviation = deviation;
  }

  // Declaring, called by architectures and tasks.

  /**
   * Declares an axis that may grow; inside a stack each layer has units of its own.
   *
   * @param name the axis's name, the same for the same units
   * @param size the number of units
   * @return the axis
   */
  public Axis.Width width(String name, int size) {
    return declare(new Axis.Width(qualified(name), stack, size, Optional.empty()));
  }

  /**
   * Declares an axis that is the product of an axis of heads and a head width. Heads of queries
   * that share keys are a product, too: of heads of keys and the size of a group.
   *
   * @param name the axis's name, the same for the same units
   * @param heads the axis of heads
   * @param headWidth the units of a head
   * @return the axis
   */
  public Axis.Width width(String name, Axis.Width heads, int headWidth) {
    return product(name, heads, headWidth, false);
  }

  /**
   * Declares such an axis whose units have places of their own in a head: rotary positions turn
   * pairs of them, each by a frequency that follows from its place and the head width. It grows by
   * whole heads, and a plan that changes the head width is refused.
   *
   * @param name the name in the checkpoint
   * @param heads the axis of heads
   * @param headWidth the units of a head
   * @return the axis
   */
  public Axis.Width wholeHeads(String name, Axis.Width heads, int headWidth) {
    return product(name, heads, headWidth, true);
  }

  private Axis.Width product(String name, Axis.Width heads, int headWidth, boolean wholeHeads) {
    return declare(
        new Axis.Width(
            qualified(name), stack, heads.size() * headWidth, Optional.of(heads), wholeHeads));
  }

  private String qualified(String name) {
    return stack.map(s -> s + "/" + name).orElse(name);
  }

  private Axis.Width declare(Axis.Width axis) {
    Axis.Width other = axes.putIfAbsent(axis.name(), axis);
    if (other != null && !other.equals(axis)) {
      throw new LigoException(
          "axis '" + axis.name() + "' is declared twice, with " + other + " and " + axis + ".");
    }
    return axis;
  }

  /**
   * Declares a parameter by its uses. Declaring it again with the same uses makes it required.
   *
   * @param name the name in the checkpoint
   * @param initializer how a new parameter begins
   * @param uses its axes, in the order of the tensor's
   */
  public void parameter(String name, Initializer initializer, Use... uses) {
    parameter(Parameter.Kind.OTHER, name, initializer, uses);
  }

  /**
   * Declares a parameter by what it does to the residual stream, and its uses.
   *
   * @param kind what it does in the model
   * @param name the name in the checkpoint
   * @param initializer how a new parameter begins
   * @param uses its axes, in the order of the tensor's
   */
  public void parameter(Parameter.Kind kind, String name, Initializer initializer, Use... uses) {
    parameter(kind, name, initializer, Encoding.PLAIN, uses);
  }

  /**
   * Declares a parameter by what it does to the residual stream, how it is stored, and its uses.
   *
   * @param kind what it does in the model
   * @param name the name in the checkpoint
   * @param initializer how the values of a new parameter begin, as they are stored
   * @param encoding how its values are stored
   * @param uses its axes, in the order of the tensor's
   */
  public void parameter(
      Parameter.Kind kind, String name, Initializer initializer, Encoding encoding, Use... uses) {
    String full = stack.map(s -> s + ".{}." + name).orElse(name);
    Parameter p = new Parameter(full, stack, List.of(uses), initializer, optional, kind, encoding);
    Parameter other = parameters.get(full);
    if (other != null && !other.uses().equals(p.uses())) {
      throw new LigoException("parameter '" + full + "' is declared twice, with other axes.");
    }
    if (other == null || other.optional()) {
      parameters.put(full, p);
    }
  }

  /**
   * Declares {@code name.weight} as (out, in) and {@code name.bias} as (out).
   *
   * @param name the name in the checkpoint
   * @param in the axis that it reads
   * @param out the axis that it writes
   */
  public void linear(String name, Axis in, Axis out) {
    linear(name, in, Use.write(out));
  }

  /**
   * Declares a linear layer by the use of its out axis, for queries.
   *
   * @param name the name in the checkpoint
   * @param in the axis that it reads
   * @param out the axis that it writes
   */
  public void linear(String name, Axis in, Use out) {
    parameter(name + ".weight", Initializer.normal(deviation), out, Use.read(in));
    parameter(name + ".bias", Initializer.ZEROS, out);
  }

  /**
   * Declares {@code name.weight} as (out, in), and {@code name.bias} as (out) if there is one.
   *
   * @param name the name in the checkpoint
   * @param in the axis that it reads
   * @param out the axis that it writes
   * @param bias whether it has a bias
   */
  public void linear(String name, Axis in, Use out, boolean bias) {
    if (bias) {
      linear(name, in, out);
    } else {
      parameter(name + ".weight", Initializer.normal(deviation), out, Use.read(in));
    }
  }

  /**
   * Declares {@code name.weight} as (out, in) and {@code name.bias} as (out) of the linear layer
   * whose result a residual branch adds to the stream.
   *
   * @param name the name in the checkpoint
   * @param in the axis that it reads
   * @param out the axis that it writes
   */
  public void branchEnd(String name, Axis in, Axis out) {
    branchEnd(name, in, out, true);
  }

  /**
   * Declares such a layer, with {@code name.bias} if there is one.
   *
   * @param name the name in the checkpoint
   * @param in the axis that it reads
   * @param out the axis that it writes
   * @param bias whether it has a bias
   */
  public void branchEnd(String name, Axis in, Axis out, boolean bias) {
    Parameter.Kind kind = Parameter.Kind.BRANCH_END;
    Use write = Use.write(out);
    parameter(kind, name + ".weight", Initializer.normal(deviation), write, Use.read(in));
    if (bias) {
      parameter(kind, name + ".bias", Initializer.ZEROS, write);
    }
  }

  /**
   * Declares a vector that begins with zeros.
   *
   * @param name the name in the checkpoint
   * @param axis the axis
   */
  public void bias(String name, Axis axis) {
    parameter(name, Initializer.ZEROS, Use.write(axis));
  }

  /**
   * Declares {@code name.weight}, from ones, and {@code name.bias}, from zeros, of a norm whose
   * result linear layers read.
   *
   * @param name the name in the checkpoint
   * @param axis the axis
   */
  public void norm(String name, Axis axis) {
    norm(name, Use.write(axis));
  }

  /**
   * Declares a norm's weight and bias by the use of its axis, for a norm before a tied head.
   *
   * @param name the name in the checkpoint
   * @param use the axis, and how it is used
   */
  public void norm(String name, Use use) {
    parameter(Parameter.Kind.NORM_SCALE, name + ".weight", Initializer.ONES, use);
    parameter(Parameter.Kind.NORM_SHIFT, name + ".bias", Initializer.ZEROS, use);
  }

  /**
   * Declares {@code name.weight}, from ones, of a norm by the root mean square (RMSNorm).
   *
   * @param name the name in the checkpoint
   * @param use the axis, and how it is used
   */
  public void rmsNorm(String name, Use use) {
    parameter(Parameter.Kind.RMS_NORM_SCALE, name + ".weight", Initializer.ONES, use);
  }

  /**
   * Declares a norm that the residual stream itself passes through: one after a residual connection
   * (post-LN), or of the embeddings.
   *
   * @param name the name in the checkpoint
   * @param axis the axis
   */
  public void streamNorm(String name, Axis axis) {
    Use use = Use.write(axis);
    parameter(Parameter.Kind.STREAM_NORM_SCALE, name + ".weight", Initializer.ONES, use);
    parameter(Parameter.Kind.STREAM_NORM_SHIFT, name + ".bias", Initializer.ZEROS, use);
  }

  /**
   * Declares a table of embeddings as (rows, axis).
   *
   * @param name the name in the checkpoint
   * @param rows the axis of the rows
   * @param axis the axis that a row writes
   */
  public void table(String name, Axis rows, Axis axis) {
    parameter(name, Initializer.normal(deviation), Use.write(rows), Use.write(axis));
  }

  /**
   * Declares the layers of a stack: the body is a template, described once, and its parameters are
   * named {@code prefix.N.…}.
   *
   * @param prefix what the layers' names start with, before their number
   * @param layers the number of layers
   * @param body lists what a layer has
   */
  public void stack(String prefix, int layers, Consumer<Layout> body) {
    if (stack.isPresent()) {
      throw new LigoException(
          "stack '" + prefix + "' is declared inside stack '" + stack.get() + "'.");
    }
    stacks.put(prefix, layers);
    stack = Optional.of(prefix);
    try {
      body.accept(this);
    } finally {
      stack = Optional.empty();
    }
  }

  /**
   * Declares parameters that a checkpoint may lack.
   *
   * @param body lists them
   */
  public void optional(Consumer<Layout> body) {
    optional = true;
    try {
      body.accept(this);
    } finally {
      optional = false;
    }
  }

  /**
   * Declares that a name in a checkpoint stands for another parameter: read where that one is
   * missing, and not written.
   *
   * @param alias the other name
   * @param name the name in the checkpoint
   */
  public void tie(String alias, String name) {
    ties.put(alias, name);
  }

  /**
   * Declares a {@link #tie} whose alias is written too, since some reader wants it.
   *
   * @param alias the other name
   * @param name the name in the checkpoint
   */
  public void duplicate(String alias, String name) {
    tie(alias, name);
    duplicates.put(alias, name);
  }

  /**
   * Declares buffers that are neither read nor grown, by a regular expression of their names.
   *
   * @param regex what the whole name matches
   */
  public void ignore(String regex) {
    ignored.add(Pattern.compile(regex));
  }

  /**
   * Declares tensors that belong to heads which are not computed, though they stand among those of
   * the base model, by a regular expression of their names.
   *
   * @param regex what the whole name matches
   */
  public void ofHead(String regex) {
    ofHeads.add(Pattern.compile(regex));
  }

  // Reading.

  /** {@return the parameters in the order of their declaration} */
  public Collection<Parameter> parameters() {
    return Collections.unmodifiableCollection(parameters.values());
  }

  /**
   * {@return a parameter by its name (with {@code {}} for the layer in a stack)}
   *
   * @param name the name in the checkpoint
   * @throws UnknownNameException if there is none
   */
  public Parameter parameter(String name) {
    Parameter p = parameters.get(name);
    if (p == null) {
      throw new UnknownNameException("parameter", name, parameters.keySet());
    }
    return p;
  }

  /** {@return the axes that may grow, by name} */
  public Map<String, Axis.Width> axes() {
    return Collections.unmodifiableMap(axes);
  }

  /** {@return the stacks with their numbers of layers} */
  public Map<String, Integer> stacks() {
    return Collections.unmodifiableMap(stacks);
  }

  /**
   * {@return the number of tensors that a parameter stands for: the layers of its stack, or 1}
   *
   * @param p the parameter
   */
  public int layers(Parameter p) {
    return p.stack().map(stacks::get).orElse(1);
  }

  /** {@return the names that stand for other parameters} */
  public Map<String, String> ties() {
    return Collections.unmodifiableMap(ties);
  }

  /** {@return the names under which other parameters are written a second time} */
  public Map<String, String> duplicates() {
    return Collections.unmodifiableMap(duplicates);
  }

  /**
   * {@return whether a name is that of a buffer to ignore}
   *
   * @param name the name in the checkpoint
   */
  public boolean isIgnored(String name) {
    return matches(ignored, name);
  }

  /**
   * {@return whether a name is {@linkplain #ofHead declared} to be of a head that is not computed}
   *
   * @param name the name in the checkpoint
   */
  public boolean isOfHead(String name) {
    return matches(ofHeads, name);
  }

  private static boolean matches(List<Pattern> patterns, String name) {
    return patterns.stream().anyMatch(p -> p.matcher(name).matches());
  }

  /** {@return every tensor's name and shape, ascending by name} */
  public SortedMap<String, Shape> shapes() {
    SortedMap<String, Shape> m = new TreeMap<>();
    for (Parameter p : parameters.values()) {
      for (int l = 0; l < layers(p); l++) {
        m.put(p.at(l), p.shape());
      }
    }
    return m;
  }

  /** {@return the number of scalars in all parameters} */
  public long size() {
    return shapes().values().stream().mapToLong(Shape::size).sum();
  }

  /** Removes the optional parameters that a checkpoint lacks. */
  void dropOptional(Predicate<String> present) {
    parameters.values().removeIf(p -> p.optional() && !present.test(p.at(0)));
  }
}
