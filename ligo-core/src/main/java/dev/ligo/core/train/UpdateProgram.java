package dev.ligo.core.train;

import static java.util.stream.Collectors.groupingBy;

import dev.ligo.api.AdamW;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * What a step does with its gradients: clipping, and the optimizer.
 *
 * <p>As a program of its own it takes gradients that were computed elsewhere. Inputs: {@code
 * variable/…}, {@code first/…}, {@code second/…} (AdamW's moments), {@code gradient/…}, the scalars
 * {@code step/share}, which gradients are multiplied by, {@code step/learning_rate} and, for the
 * variables with equally many steps behind them, those of {@code step/GROUP/…}. Where strategies
 * say how far variables follow the optimizer, there are also {@code damping/NAME/…}, the shares of
 * some variables, and the scalar {@code factor/NAME}. Outputs: the first three again and {@code
 * gradient_norm}.
 *
 * @param optimizer how variables change
 * @param groups tells the group of a variable
 * @param decays whether weight decay applies to a variable
 */
record UpdateProgram(Optimizer optimizer, ToIntFunction<String> groups, Predicate<String> decays)
    implements Program {
  private static final String VARIABLE = "variable/";
  private static final String DAMPING = "damping/";
  private static final String FACTOR = "factor/";

  /** What is added to a norm before dividing by it, as torch.nn.utils.clip_grad_norm_ does. */
  private static final double NORM_EPSILON = 1e-6;

  /** Returns the name of a damping's shares of a variable. */
  static String share(String damping, String variable) {
    return DAMPING + damping + "/" + variable;
  }

  /** Returns the name of a damping's factor of a step. */
  static String factor(String damping) {
    return FACTOR + damping;
  }

  @Override
  public NamedTensors apply(Tensors t, NamedTensors in) {
    return update(t, in, in.under("gradient/"), in.get("step/share"), true);
  }

  /**
   * Returns the new state, and the norm of all gradients together.
   *
   * @param share what gradients are multiplied by
   * @param scales whether they have to be, also where none is clipped
   */
  NamedTensors update(
      Tensors t, NamedTensors in, NamedTensors gradients, Tensor share, boolean scales) {
    Tensor norm = norm(t, gradients).mul(share);
    Tensor scale = scale(t, norm).mul(share);
    Optional<Tensor> multiplier =
        scales || optimizer.maxGradientNorm() > 0 ? Optional.of(scale) : Optional.empty();
    Map<String, Tensor> kept = kept(t, in, gradients);
    NamedTensors next =
        optimizer.kind() == Optimizer.Kind.SGD
            ? descended(t, in, gradients, multiplier)
            : adamW(in, gradients, multiplier);
    return next.map((name, x) -> kept.containsKey(name) ? damped(t, in, name, x, kept) : x)
        .with("gradient_norm", norm);
  }

  /**
   * Returns what stays of the values of variables that do not follow the optimizer in full, by
   * their names in the state. It is computed before the optimizer takes the variables.
   */
  private static Map<String, Tensor> kept(Tensors t, NamedTensors in, NamedTensors gradients) {
    Map<String, Tensor> kept = new TreeMap<>();
    Set<String> dampings = in.under(FACTOR).names();
    for (String variable : dampings.isEmpty() ? Set.<String>of() : gradients.names()) {
      if (dampings.stream().anyMatch(d -> in.has(share(d, variable)))) {
        Tensor before = in.get(VARIABLE + variable);
        kept.put(
            VARIABLE + variable,
            t.scopeOf(() -> before.mul(one(t, before).sub(followed(t, in, VARIABLE + variable)))));
      }
    }
    return kept;
  }

  /** Returns how far each entry of a variable follows the optimizer. */
  private static Tensor followed(Tensors t, NamedTensors in, String name) {
    String variable = name.substring(VARIABLE.length());
    NamedTensors factors = in.under(FACTOR);
    return factors.names().stream()
        .filter(d -> in.has(share(d, variable)))
        .map(d -> in.get(share(d, variable)).mul(factors.get(d)))
        .map(back -> one(t, back).sub(back))
        .reduce(Tensor::mul)
        .orElseThrow();
  }

  private static Tensor damped(
      Tensors t, NamedTensors in, String name, Tensor next, Map<String, Tensor> kept) {
    return t.scopeOf(() -> next.mul(followed(t, in, name)).add(kept.get(name)));
  }

  private static Tensor one(Tensors t, Tensor like) {
    return t.scalar(like.dtype(), 1);
  }

  private static Tensor norm(Tensors t, NamedTensors gradients) {
    return t.sumOfSquares(List.copyOf(gradients.asMap().values())).sqrt();
  }

  private Tensor scale(Tensors t, Tensor norm) {
    Tensor one = t.scalar(norm.dtype(), 1);
    double max = optimizer.maxGradientNorm();
    return max == 0 ? one : one.minimum(t.scalar(norm.dtype(), max).div(norm.add(NORM_EPSILON)));
  }

  private NamedTensors descended(
      Tensors t, NamedTensors in, NamedTensors gradients, Optional<Tensor> multiplier) {
    Map<String, Tensor> out = new TreeMap<>();
    for (String name : gradients.names()) {
      Tensor parameter = in.get(VARIABLE + name);
      double decay = decay(name);
      out.put(
          VARIABLE + name,
          t.scopeOf(
              () -> {
                Tensor g = gradients.get(name);
                Tensor scaled = multiplier.map(g::mul).orElse(g);
                Tensor direction = decay == 0 ? scaled : scaled.add(parameter.mul(decay));
                return parameter.sub(direction.mul(in.get("step/learning_rate")));
              }));
    }
    return NamedTensors.of(out);
  }

  /** What variables that are updated together share. */
  private record Alike(double decay, int group) {}

  private NamedTensors adamW(NamedTensors in, NamedTensors gradients, Optional<Tensor> multiplier) {
    Map<Alike, List<String>> together =
        gradients.names().stream()
            .collect(groupingBy(name -> new Alike(decay(name), groups.applyAsInt(name))));
    Map<String, Tensor> out = new TreeMap<>();
    together.forEach(
        (alike, names) -> {
          NamedTensors group = in.under("step/" + alike.group() + "/");
          AdamW.Step step =
              new AdamW.Step(
                  in.get("step/learning_rate"),
                  group.get("number"),
                  group.get("correction1"),
                  group.get("correction2"));
          AdamW c = optimizer.adamW();
          List<AdamW.State> next =
              new AdamW(c.beta1(), c.beta2(), c.epsilon(), alike.decay())
                  .apply(
                      names.stream().map(name -> state(in, name)).toList(),
                      names.stream().map(gradients::get).toList(),
                      multiplier,
                      step);
          for (int i = 0; i < names.size(); i++) {
            out.put(VARIABLE + names.get(i), next.get(i).parameter());
            out.put("first/" + names.get(i), next.get(i).first());
            out.put("second/" + names.get(i), next.get(i).second());
          }
        });
    return NamedTensors.of(out);
  }

  private static AdamW.State state(NamedTensors in, String name) {
    return new AdamW.State(
        in.get(VARIABLE + name), in.get("first/" + name), in.get("second/" + name));
  }

  private double decay(String name) {
    return decays.test(name) ? optimizer.adamW().weightDecay() : 0;
  }
}
