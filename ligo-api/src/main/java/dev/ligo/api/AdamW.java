package dev.ligo.api;

import dev.ligo.api.spi.Kernels;
import java.util.List;

/**
 * The constants of AdamW (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR
 * 2019, algorithm 2): θ ← θ − η·λ·θ, then θ ← θ − η·m̂/(√v̂ + ε).
 *
 * @param beta1 the decay of the first moment
 * @param beta2 the decay of the second moment
 * @param epsilon what is added to the denominator, after the bias correction
 * @param weightDecay the decoupled weight decay λ
 */
public record AdamW(double beta1, double beta2, double epsilon, double weightDecay) {
  /**
   * Refuses constants out of their range.
   *
   * @param beta1 the decay of the first moment
   * @param beta2 the decay of the second moment
   * @param epsilon what is added to the denominator, after the bias correction
   * @param weightDecay the decoupled weight decay λ
   */
  public AdamW {
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
      throw new LigoException(
          "AdamW's betas lie in [0, 1), found " + beta1 + " and " + beta2 + ".");
    }
    if (!(epsilon > 0) || !(weightDecay >= 0)) {
      throw new LigoException(
          "AdamW's epsilon is above 0 and its weight decay not below, found "
              + epsilon
              + " and "
              + weightDecay
              + ".");
    }
  }

  /**
   * What changes from step to step, as scalars of the parameters' dtype. The corrections are
   * computed on the host in double: 1 − βᵗ in float32 would lose four digits at the first steps.
   *
   * @param learningRate the learning rate η
   * @param step the number of this step, from 1
   * @param correction1 1 − β₁ᵗ
   * @param correction2 1 − β₂ᵗ
   */
  public record Step(Tensor learningRate, Tensor step, Tensor correction1, Tensor correction2) {}

  /**
   * A parameter with its moments, before or after a step.
   *
   * @param parameter θ
   * @param first m, the first moment
   * @param second v, the second moment
   */
  public record State(Tensor parameter, Tensor first, Tensor second) {
    List<Tensor> tensors() {
      return List.of(parameter, first, second);
    }
  }

  /**
   * Applies one step. The state is consumed: its buffers may be overwritten, so that none of its
   * tensors, nor a view of one, can be used afterwards.
   *
   * @param state the parameter and its moments, which are consumed
   * @param gradient the gradient of the loss for the parameter
   * @param step what changes from step to step
   * @return the parameter and its moments after the step
   * @throws TensorException if shapes or dtypes differ
   */
  public State apply(State state, Tensor gradient, Step step) {
    Checks.adamW(state, gradient, step);
    Tensors t = state.parameter().application();
    TensorSpec spec = state.parameter().spec();
    State result =
        t.kernels()
            .adamW(
                new Kernels.AdamWArguments<>(
                    state.parameter().handle(t),
                    gradient.handle(t),
                    state.first().handle(t),
                    state.second().handle(t),
                    step.learningRate().handle(t),
                    step.step().handle(t),
                    beta1,
                    beta2,
                    epsilon,
                    weightDecay,
                    spec))
            .map(
                fused ->
                    new State(
                        t.tensor(fused.get(0), spec),
                        t.tensor(fused.get(1), spec),
                        t.tensor(fused.get(2), spec)))
            .orElseGet(() -> Composition.adamW(state, gradient, step, this));
    state.tensors().forEach(Tensor::consume);
    return result;
  }
}
