package dev.ligo.core.train;

import dev.ligo.api.AdamW;
import dev.ligo.api.DType;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * What a step does with its gradients: clipping, and the optimizer.
 *
 * <p>As a program of its own it takes gradients that were computed elsewhere. Inputs: {@code
 * variable/…}, {@code first/…}, {@code second/…} (AdamW's moments), {@code gradient/…}, the scalars
 * {@code step/share}, which gradients are multiplied by, {@code step/learning_rate} and, for the
 * variables with equally many steps behind them, those of {@code step/GROUP/…}. Outputs: the first
 * three again and {@code gradient_norm}.
 *
 * @param optimizer how variables change
 * @param groups tells the group of a variable
 * @param decays whether weight decay applies to a variable
 */
record UpdateProgram(Optimizer optimizer, ToIntFunction<String> groups, Predicate<String> decays)
    implements Program {
  /** What is added to a norm before dividing by it, as torch.nn.utils.clip_grad_norm_ does. */
  private static final double NORM_EPSILON = 1e-6;

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
    boolean multiplied = scales || optimizer.maxGradientNorm() > 0;
    Map<String, Tensor> out = new TreeMap<>();
    for (String name : gradients.names()) {
      Tensor g = gradients.get(name);
      List<Tensor> next = t.scope(() -> update(name, in, multiplied ? g.mul(scale) : g));
      out.put("variable/" + name, next.get(0));
      if (next.size() > 1) {
        out.put("first/" + name, next.get(1));
        out.put("second/" + name, next.get(2));
      }
    }
    out.put("gradient_norm", norm);
    return NamedTensors.of(out);
  }

  private static Tensor norm(Tensors t, NamedTensors gradients) {
    DType dtype = gradients.iterator().next().getValue().dtype();
    Tensor sum = t.scalar(dtype, 0);
    for (var e : gradients) {
      Tensor g = e.getValue();
      Tensor before = sum;
      sum = t.scopeOf(() -> before.add(g.sumOfSquares()));
    }
    return sum.sqrt();
  }

  private Tensor scale(Tensors t, Tensor norm) {
    Tensor one = t.scalar(norm.dtype(), 1);
    double max = optimizer.maxGradientNorm();
    return max == 0 ? one : one.minimum(t.scalar(norm.dtype(), max).div(norm.add(NORM_EPSILON)));
  }

  private List<Tensor> update(String name, NamedTensors in, Tensor gradient) {
    Tensor parameter = in.get("variable/" + name);
    Tensor rate = in.get("step/learning_rate");
    AdamW constants = optimizer.adamW();
    double decay = decays.test(name) ? constants.weightDecay() : 0;
    if (optimizer.kind() == Optimizer.Kind.SGD) {
      Tensor direction = decay == 0 ? gradient : gradient.add(parameter.mul(decay));
      return List.of(parameter.sub(direction.mul(rate)));
    }
    NamedTensors group = in.under("step/" + groups.applyAsInt(name) + "/");
    AdamW.Step step =
        new AdamW.Step(
            rate, group.get("number"), group.get("correction1"), group.get("correction2"));
    AdamW.State state =
        new AdamW.State(parameter, in.get("first/" + name), in.get("second/" + name));
    AdamW.State next =
        new AdamW(constants.beta1(), constants.beta2(), constants.epsilon(), decay)
            .apply(state, gradient, step);
    return List.of(next.parameter(), next.first(), next.second());
  }
}
