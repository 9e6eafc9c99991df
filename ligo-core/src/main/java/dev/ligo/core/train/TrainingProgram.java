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
 * A whole training step as one program: forward and backward of one or more micro-batches, whose
 * gradients are averaged, clipping, and the optimizer.
 *
 * <p>Inputs: {@code variable/…}, {@code first/…}, {@code second/…} (AdamW's moments), {@code
 * constant/…}, {@code batch/I/…} for micro-batch I, the scalar {@code step/learning_rate} and, for
 * the variables with equally many steps behind them, those of {@code step/GROUP/…}. Outputs: the
 * first three again, {@code loss}, {@code gradient_norm} and the objective's sums as {@code sum/…}.
 *
 * @param objective what is minimized
 * @param optimizer how variables change
 * @param groups tells the group of a variable
 * @param decays whether weight decay applies to a variable
 * @param microBatches the number of micro-batches
 */
record TrainingProgram(
    Objective objective,
    Optimizer optimizer,
    ToIntFunction<String> groups,
    Predicate<String> decays,
    int microBatches)
    implements Program {
  /** What is added to a norm before dividing by it, as torch.nn.utils.clip_grad_norm_ does. */
  private static final double NORM_EPSILON = 1e-6;

  @Override
  public NamedTensors apply(Tensors t, NamedTensors in) {
    NamedTensors variables = in.under("variable/");
    Tensors.ValueAndGradients sum = gradients(t, variables, in, 0);
    for (int i = 1; i < microBatches; i++) {
      sum = add(sum, gradients(t, variables, in, i));
    }
    double share = 1.0 / microBatches;
    NamedTensors gradients = sum.gradients();
    Tensor norm = norm(t, gradients).mul(share);
    Tensor scale = scale(t, norm).mul(share);
    boolean scales = microBatches > 1 || optimizer.maxGradientNorm() > 0;
    Map<String, Tensor> out = new TreeMap<>();
    for (String name : variables.names()) {
      Tensor g = gradients.get(name);
      List<Tensor> next = t.scope(() -> update(name, in, scales ? g.mul(scale) : g));
      out.put("variable/" + name, next.get(0));
      if (next.size() > 1) {
        out.put("first/" + name, next.get(1));
        out.put("second/" + name, next.get(2));
      }
    }
    out.put("loss", sum.value().mul(share));
    out.put("gradient_norm", norm);
    return NamedTensors.of(out).with(sum.auxiliaries().prefixed("sum/"));
  }

  private Tensors.ValueAndGradients gradients(
      Tensors t, NamedTensors variables, NamedTensors in, int microBatch) {
    NamedTensors constants = in.under("constant/");
    NamedTensors batch = in.under("batch/" + microBatch + "/");
    return t.valueAndGradients(v -> objective.loss(t, v, constants, batch), variables);
  }

  private static Tensors.ValueAndGradients add(
      Tensors.ValueAndGradients a, Tensors.ValueAndGradients b) {
    return new Tensors.ValueAndGradients(
        a.value().add(b.value()),
        a.auxiliaries().map((n, x) -> x.add(b.auxiliaries().get(n))),
        a.gradients().map((n, x) -> x.add(b.gradients().get(n))));
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
