package dev.ligo.core.model;

import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** A model's parameters inside a program, by their checkpoint names. */
public final class Parameters {
  private final Tensors t;
  private final NamedTensors tensors;
  private final Consumer<String> uses;
  private final StackTransform route;
  private final String prefix;

  /**
   * Creates the parameters of a program that runs every layer.
   *
   * @param t what makes constants
   * @param tensors the parameters by name
   */
  public Parameters(Tensors t, NamedTensors tensors) {
    this(t, tensors, name -> {}, StackTransform.ALL, "");
  }

  /**
   * Creates the parameters of a program.
   *
   * @param uses told the name of each parameter that is got
   * @param route how layers are run
   */
  Parameters(Tensors t, NamedTensors tensors, Consumer<String> uses, StackTransform route) {
    this(t, tensors, uses, route, "");
  }

  private Parameters(
      Tensors t, NamedTensors tensors, Consumer<String> uses, StackTransform route, String prefix) {
    this.t = t;
    this.tensors = tensors;
    this.uses = uses;
    this.route = route;
    this.prefix = prefix;
  }

  /**
   * {@return a parameter}
   *
   * @param name the parameter's name
   * @throws dev.ligo.api.UnknownNameException if there is none of the name
   */
  public Tensor get(String name) {
    uses.accept(prefix + name);
    return tensors.get(prefix + name);
  }

  /**
   * {@return whether there is a parameter of the name}
   *
   * @param name the parameter's name
   */
  public boolean has(String name) {
    return tensors.has(prefix + name);
  }

  /**
   * {@return the parameters whose name starts with a prefix and a dot, under the rest of it}
   *
   * @param name what the parameters' names start with, without the dot
   */
  public Parameters under(String name) {
    return new Parameters(t, tensors, uses, route, prefix + name + ".");
  }

  /**
   * Applies {@code name.weight} (out, in) and, if there is one, {@code name.bias} (out).
   *
   * @param name the layer's name
   * @param x what it is applied to (…, in)
   * @return (…, out)
   */
  public Tensor linear(String name, Tensor x) {
    Tensor weight = get(name + ".weight");
    return has(name + ".bias") ? x.linear(weight, get(name + ".bias")) : x.linear(weight);
  }

  /**
   * Applies layer normalization with {@code name.weight} and {@code name.bias}.
   *
   * @param name the layer's name
   * @param x what it is applied to (…, width)
   * @param epsilon what is added to the variance
   * @return the normalized tensor
   */
  public Tensor norm(String name, Tensor x, double epsilon) {
    return x.layerNorm(get(name + ".weight"), get(name + ".bias"), epsilon);
  }

  /**
   * Looks up ids (…) in the table {@code name.weight} (rows, width), giving (…, width).
   *
   * @param name the table's name
   * @param ids integers (…), each below the number of rows
   * @return the rows (…, width)
   */
  public Tensor embed(String name, Tensor ids) {
    return get(name + ".weight").take(ids, 0);
  }

  /**
   * Runs the layers of a stack one after the other.
   *
   * @param name what the layers' names start with, before their number
   * @param layers the number of layers
   * @param x what the first layer is given, (examples, tokens, units)
   * @param layer a layer's function of its parameters and what it is given
   * @return what the last layer returns
   */
  public Tensor stack(
      String name, int layers, Tensor x, BiFunction<Parameters, Tensor, Tensor> layer) {
    return stack(name, layers, x, List.of(), (w, h, along) -> layer.apply(w, h));
  }

  /** A layer's function of its parameters, what it is given, and what goes along. */
  @FunctionalInterface
  public interface LayerFunction {
    /**
     * {@return what the layer makes of {@code h}, see {@link Stack.Layer#apply}}
     *
     * @param w the layer's parameters
     * @param h what the layer is given, (examples, tokens, units)
     * @param along what goes along with it
     */
    Tensor apply(Parameters w, Tensor h, List<Tensor> along);
  }

  /**
   * Runs the layers of a stack one after the other. A layer must not use any other tensor of single
   * examples or tokens than those it is given: in training it may be run on some of them alone.
   *
   * @param name what the layers' names start with, before their number
   * @param layers the number of layers
   * @param x what the first layer is given, (examples, tokens, units)
   * @param along tensors of the examples (examples, …), or of the same tokens (examples, tokens,
   *     …), that every layer is given, such as a mask
   * @param layer a layer's function
   * @return what the last layer returns
   */
  public Tensor stack(String name, int layers, Tensor x, List<Tensor> along, LayerFunction layer) {
    return stack(name, x, along, Collections.nCopies(layers, layer));
  }

  /**
   * Runs the layers of a stack that are not all alike, as {@link #stack(String, int, Tensor, List,
   * LayerFunction)} does.
   *
   * @param name what the layers' names start with, before their number
   * @param x what the first layer is given, (examples, tokens, units)
   * @param along tensors of the examples or tokens that every layer is given
   * @param layers each layer's function
   * @return what the last layer returns
   */
  public Tensor stack(String name, Tensor x, List<Tensor> along, List<LayerFunction> layers) {
    List<Stack.Layer> each = new ArrayList<>();
    for (int l = 0; l < layers.size(); l++) {
      Parameters w = under(name + "." + l);
      LayerFunction layer = layers.get(l);
      each.add((h, a) -> t.scopeOf(() -> layer.apply(w, h, a)));
    }
    return route.through(Stack.of(prefix + name, each)).run(x, along);
  }
}
