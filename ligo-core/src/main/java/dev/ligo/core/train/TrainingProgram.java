package dev.ligo.core.train;

import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;

/**
 * A whole training step as one program: forward and backward of one or more micro-batches,
 * clipping, and the optimizer. The step is that of the micro-batches put together.
 *
 * <p>Inputs: {@code variable/…}, {@code first/…}, {@code second/…} (AdamW's moments), {@code
 * constant/…}, {@code batch/I/…} for micro-batch I, and the scalars of {@link UpdateProgram} but
 * for the share. Outputs: the first three again, {@code loss}, {@code gradient_norm} and the
 * objective's sums as {@code sum/…}.
 *
 * @param gradients computes the loss of a micro-batch and its gradients
 * @param update changes the variables
 * @param microBatches the number of micro-batches
 */
record TrainingProgram(GradientProgram gradients, UpdateProgram update, int microBatches)
    implements Program {
  @Override
  public NamedTensors apply(Tensors t, NamedTensors in) {
    NamedTensors variables = in.under("variable/");
    NamedTensors constants = in.under("constant/");
    Tensors.ValueAndGradients sum;
    Tensor share;
    if (microBatches == 1) {
      sum = gradients.alone(t, variables, constants, in.under("batch/0/"));
      share = t.scalar(sum.value().dtype(), 1);
    } else {
      sum = gradients.weighted(t, variables, constants, in.under("batch/0/"));
      Tensor weight = GradientProgram.weight(t, sum);
      for (int i = 1; i < microBatches; i++) {
        Tensors.ValueAndGradients next =
            gradients.weighted(t, variables, constants, in.under("batch/" + i + "/"));
        weight = weight.add(GradientProgram.weight(t, next));
        sum = add(sum, next);
      }
      Tensor one = t.scalar(weight.dtype(), 1);
      share = one.div(weight.maximum(one)); // 1 for padding alone
    }
    return update
        .update(t, in, sum.gradients(), share, microBatches > 1)
        .with("loss", sum.value().mul(share))
        .with(sum.auxiliaries().prefixed("sum/"));
  }

  private static Tensors.ValueAndGradients add(
      Tensors.ValueAndGradients a, Tensors.ValueAndGradients b) {
    return new Tensors.ValueAndGradients(
        a.value().add(b.value()),
        a.auxiliaries().map((n, x) -> x.add(b.auxiliaries().get(n))),
        a.gradients().map((n, x) -> x.add(b.gradients().get(n))));
  }
}
