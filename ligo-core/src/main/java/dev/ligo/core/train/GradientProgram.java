package dev.ligo.core.train;

import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import java.util.Map;
import java.util.TreeMap;

/**
 * Forward and backward of one micro-batch.
 *
 * <p>A loss is a mean over the rows that count. Where several micro-batches make a step, each is
 * multiplied by its number of rows, so that the sum, divided by all rows, is the loss of the
 * micro-batches put together, and its gradient is theirs. As a program of its own, inputs: {@code
 * variable/…}, {@code constant/…}, {@code batch/…}; outputs: {@code gradient/…} and {@code loss},
 * both so multiplied, {@code weight}, the number of rows, and the objective's sums as {@code
 * sum/…}.
 *
 * @param objective what is minimized
 */
record GradientProgram(Objective objective) implements Program {
  /** The objective's sum that says over how many rows its loss is the mean. */
  private static final String COUNT = "count";

  @Override
  public NamedTensors apply(Tensors t, NamedTensors in) {
    Tensors.ValueAndGradients g =
        weighted(t, in.under("variable/"), in.under("constant/"), in.under("batch/"));
    Map<String, Tensor> out = new TreeMap<>();
    out.put("loss", g.value());
    out.put("weight", weight(t, g));
    return NamedTensors.of(out)
        .with(g.gradients().prefixed("gradient/"))
        .with(g.auxiliaries().prefixed("sum/"));
  }

  /** Returns the loss of a step's only micro-batch. */
  Tensors.ValueAndGradients alone(
      Tensors t, NamedTensors variables, NamedTensors constants, NamedTensors batch) {
    return t.valueAndGradients(v -> objective.loss(t, v, constants, batch), variables);
  }

  /** Returns the loss of one of several micro-batches, multiplied by its rows. */
  Tensors.ValueAndGradients weighted(
      Tensors t, NamedTensors variables, NamedTensors constants, NamedTensors batch) {
    return t.valueAndGradients(
        v -> {
          Tensors.Loss loss = objective.loss(t, v, constants, batch);
          NamedTensors sums = loss.auxiliaries();
          Tensor sum = sums.has(COUNT) ? loss.value().mul(sums.get(COUNT)) : loss.value();
          return new Tensors.Loss(sum, sums);
        },
        variables);
  }

  /** Returns the rows that a loss was multiplied by; 1 for an objective that does not tell them. */
  static Tensor weight(Tensors t, Tensors.ValueAndGradients of) {
    NamedTensors sums = of.auxiliaries();
    return sums.has(COUNT) ? sums.get(COUNT) : t.scalar(of.value().dtype(), 1);
  }
}
