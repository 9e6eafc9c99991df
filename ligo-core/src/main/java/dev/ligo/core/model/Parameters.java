package dev.ligo.core.model;

import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** A model's parameters inside a program, by their checkpoint names. */
public final class Parameters {
  private final Tensors t;
  private final NamedTensors tensors;
  private final Consumer<String> uses;
  private final String prefix;

  /** Creates the parameters of a program. */
  public Parameters(Tensors t, NamedTensors tensors) {
    this(t, tensors, name -> {}, "");
  }

  /**
   * Creates the parameters of a program.
   *
   * @param uses told the name of each parameter that is got
   */
  Parameters(Tensors t, NamedTensors tensors, Consumer<String> uses) {
    this(t, tensors, uses, "");
  }

  private Parameters(Tensors t, NamedTensors tensors, Consumer<String> uses, String prefix) {
    this.t = t;
    this.tensors = tensors;
    this.uses = uses;
    this.prefix = prefix;
  }

  /**
   * Returns a parameter.
   *
   * @throws dev.ligo.api.UnknownNameException if there is none of the name
   */
  public Tensor get(String name) {
    uses.accept(prefix + name);
    return tensors.get(prefix + name);
  }

  /** Returns whether there is a parameter of the name. */
  public boolean has(String name) {
    return tensors.has(prefix + name);
  }

  /** Returns the parameters whose name starts with a prefix and a dot, under the rest of it. */
  public Parameters under(String name) {
    return new Parameters(t, tensors, uses, prefix + name + ".");
  }

  /** Applies {@code name.weight} (out, in) and, if there is one, {@code name.bias} (out). */
  public Tensor linear(String name, Tensor x) {
    Tensor weight = get(name + ".weight");
    return has(name + ".bias") ? x.linear(weight, get(name + ".bias")) : x.linear(weight);
  }

  /** Applies layer normalisation with {@code name.weight} and {@code name.bias}. */
  public Tensor norm(String name, Tensor x, double epsilon) {
    return x.layerNorm(get(name + ".weight"), get(name + ".bias"), epsilon);
  }

  /** Looks up ids (…) in the table {@code name.weight} (rows, width), giving (…, width). */
  public Tensor embed(String name, Tensor ids) {
    return get(name + ".weight").take(ids, 0);
  }

  /**
   * Runs the layers of a stack one after the other.
   *
   * @param x what the first layer is given
   * @param layer a layer's function of its parameters and what it is given
   */
  public Tensor stack(
      String name, int layers, Tensor x, BiFunction<Parameters, Tensor, Tensor> layer) {
    Tensor h = x;
    for (int l = 0; l < layers; l++) {
      Tensor in = h;
      Parameters w = under(name + "." + l);
      h = t.scopeOf(() -> layer.apply(w, in));
    }
    return h;
  }
}
