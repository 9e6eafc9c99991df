package dev.ligo.it.bench.byhand;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * AdamW in place over all parameters at once, after clipping by the norm of all gradients: torch's
 * fused kernel, which divides gradients by a scale as it goes.
 */
final class FusedAdamW {
  /** The number that is added to the norm before dividing by it, as PyTorch does. */
  private static final String NORM_EPSILON = "1e-6";

  private static final String STEP =
      """
      torch._fused_adamw_(p, g, m, v, annotate(List[Tensor], []), steps, lr=rate, \
      beta1=0.9, beta2=0.999, weight_decay=%s, eps=1e-6, amsgrad=False, maximize=False, \
      grad_scale=scale)
      return p[0]
      """;

  private final TorchFunction scale;
  private final List<Group> groups;

  /** Creates an optimizer with moments of zero; weight decay applies to matrices and tables. */
  FusedAdamW(PtNDManager manager, Map<String, PtNDArray> parameters, double weightDecay) {
    scale =
        new TorchFunction(
            manager,
            "(g: List[Tensor]) -> Tensor",
            """
            norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(g, 2)))
            return torch.clamp_min(torch.add(norm, %s), 1.)
            """
                .formatted(NORM_EPSILON));
    groups =
        List.of(
            new Group(manager, parameters, true, weightDecay),
            new Group(manager, parameters, false, 0));
  }

  /** Updates the parameters; makes arrays of the step's manager alone. */
  void update(PtNDManager step, Map<String, PtNDArray> gradients, long number, double rate) {
    PtNDArray count = (PtNDArray) step.create(new float[] {number}, new Shape());
    PtNDArray eta = (PtNDArray) step.create(new float[] {(float) rate}, new Shape());
    PtNDArray divisor = scale.call((Object) gradients.values().toArray(PtNDArray[]::new));
    divisor.attach(step);
    groups.forEach(group -> group.update(gradients, count, eta, divisor));
  }

  /** The parameters of one weight decay, with their moments. */
  private static final class Group {
    private final List<String> names;
    private final PtNDArray[] parameters;
    private final PtNDArray[] firsts;
    private final PtNDArray[] seconds;
    private final TorchFunction step;

    Group(PtNDManager manager, Map<String, PtNDArray> all, boolean matrices, double decay) {
      names =
          all.keySet().stream()
              .filter(n -> all.get(n).getShape().dimension() > 1 == matrices)
              .toList();
      parameters = arrays(all);
      firsts = zeros(manager);
      seconds = zeros(manager);
      step =
          new TorchFunction(
              manager,
              "(p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor],"
                  + " steps: List[Tensor], rate: Tensor, scale: Tensor) -> Tensor",
              STEP.formatted(decay));
    }

    private PtNDArray[] arrays(Map<String, PtNDArray> of) {
      return names.stream().map(of::get).toArray(PtNDArray[]::new);
    }

    private PtNDArray[] zeros(PtNDManager manager) {
      return Arrays.stream(parameters)
          .map(p -> (PtNDArray) manager.zeros(p.getShape(), DataType.FLOAT32))
          .toArray(PtNDArray[]::new);
    }

    void update(
        Map<String, PtNDArray> gradients, PtNDArray count, PtNDArray rate, PtNDArray scale) {
      PtNDArray[] counts = new PtNDArray[parameters.length];
      Arrays.fill(counts, count);
      step.call(parameters, arrays(gradients), firsts, seconds, counts, rate, scale).close();
    }
  }
}
