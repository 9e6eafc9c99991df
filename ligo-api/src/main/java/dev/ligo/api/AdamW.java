package dev.ligo.api;

import dev.ligo.api.spi.Kernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
   * Applies one step to one parameter; see {@link #apply(List, List, Optional, Step)}.
   *
   * @param state the parameter and its moments, which are consumed
   * @param gradient the gradient of the loss for the parameter
   * @param step what changes from step to step
   * @return the parameter and its moments after the step
   * @throws TensorException if shapes or dtypes differ
   */
  public State apply(State state, Tensor gradient, Step step) {
    return apply(List.of(state), List.of(gradient), Optional.empty(), step).get(0);
  }

  /**
   * Applies one step to parameters. The states are consumed: their buffers may be overwritten, so
   * that none of their tensors, nor a view of one, can be used afterwards.
   *
   * @param states the parameters with their moments, which are consumed
   * @param gradients the gradients of the loss, one for each parameter
   * @param scale a scalar that the gradients are multiplied by, such as that of clipping
   * @param step what changes from step to step
   * @return the parameters and their moments after the step, in the order of the states
   * @throws TensorException if shapes, dtypes or numbers differ
   */
  public List<State> apply(
      List<State> states, List<Tensor> gradients, Optional<Tensor> scale, Step step) {
    Checks.adamW(states, gradients, scale, step);
    if (states.isEmpty()) {
      return List.of();
    }
    Tensors t = states.get(0).parameter().application();
    List<State> results =
        t.kernels()
            .adamW(arguments(t, states, gradients, scale, step))
            .map(fused -> fused(t, fused, states))
            .orElseGet(() -> composed(t, states, gradients, scale, step));
    states.forEach(state -> state.tensors().forEach(Tensor::consume));
    return results;
  }

  private Kernels.AdamWArguments<Object> arguments(
      Tensors t, List<State> states, List<Tensor> gradients, Optional<Tensor> scale, Step step) {
    return new Kernels.AdamWArguments<>(
        states.stream()
            .map(
                s ->
                    new Kernels.AdamWState<>(
                        s.parameter().handle(t), s.first().handle(t), s.second().handle(t)))
            .toList(),
        gradients.stream().map(g -> g.handle(t)).toList(),
        scale.map(s -> s.handle(t)),
        step.learningRate().handle(t),
        step.step().handle(t),
        beta1,
        beta2,
        epsilon,
        weightDecay,
        states.stream().map(s -> s.parameter().spec()).toList());
  }

  private static List<State> fused(
      Tensors t, List<Kernels.AdamWState<Object>> fused, List<State> states) {
    List<State> results = new ArrayList<>();
    for (Kernels.AdamWState<Object> f : fused) {
      TensorSpec spec = states.get(results.size()).parameter().spec();
      results.add(
          new State(
              t.tensor(f.parameter(), spec),
              t.tensor(f.first(), spec),
              t.tensor(f.second(), spec)));
    }
    return results;
  }

  private List<State> composed(
      Tensors t, List<State> states, List<Tensor> gradients, Optional<Tensor> scale, Step step) {
    List<State> results = new ArrayList<>();
    for (State state : states) {
      Tensor gradient = gradients.get(results.size());
      List<Tensor> next =
          t.scope(
              () -> {
                Tensor scaled = scale.map(gradient::mul).orElse(gradient);
                return Composition.adamW(state, scaled, step, this).tensors();
              });
      results.add(new State(next.get(0), next.get(1), next.get(2)));
    }
    return results;
  }
}
