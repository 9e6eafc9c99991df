package dev.ligo.backend.djl;

import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import dev.ligo.api.spi.Kernels.AdamWArguments;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The functions of torch that DJL doesn't bind, each loaded at its first use. Numbers that are no
 * tensors are part of the source, and so of the key.
 */
final class Scripts {
  private final PtNDManager manager;
  private final Map<String, PtSymbolBlock> loaded = new ConcurrentHashMap<>();

  Scripts(PtNDManager manager) {
    this.manager = manager;
  }

  /** (x) → the tanh approximation of GELU. */
  PtSymbolBlock geluTanh() {
    return load("(x: Tensor) -> Tensor", "return torch.gelu(x, approximate=\"tanh\")");
  }

  /** (x) → the largest elements over axes; ties share the gradient. */
  PtSymbolBlock max(int[] axes, boolean keepAxes) {
    String body = "return torch.amax(x, %s, %s)";
    return load(
        "(x: Tensor) -> Tensor",
        body.formatted(Arrays.toString(axes), keepAxes ? "True" : "False"));
  }

  /** (x, indices of rank 1) → slices of x along an axis. */
  PtSymbolBlock indexSelect(int axis) {
    return load(
        "(x: Tensor, indices: Tensor) -> Tensor",
        "return torch.index_select(x, %d, indices)".formatted(axis));
  }

  /** (logits, int64 labels) → the cross-entropy of each row. */
  PtSymbolBlock crossEntropy() {
    return load(
        "(logits: Tensor, labels: Tensor) -> Tensor",
        "return torch.cross_entropy_loss(logits, labels, None, 0, -100, 0.)");
  }

  /** (query, key, value[, bias]) → softmax(scale·q·kᵀ + bias)·v. */
  PtSymbolBlock attention(boolean biased, double scale) {
    String body = "return torch.scaled_dot_product_attention(q, k, v, %s, 0., False, scale=%s)";
    return load(
        "(q: Tensor, k: Tensor, v: Tensor%s) -> Tensor".formatted(biased ? ", bias: Tensor" : ""),
        body.formatted(biased ? "bias" : "None", scale));
  }

  /**
   * (parameter, first moment, second moment, gradient, rate, step) → the first three after a step,
   * updated in place. The kernel walks through memory in order, so that what is not contiguous is
   * copied. What it updates is returned from the lists: TorchScript drops a call whose results
   * nobody reads, in place or not.
   */
  PtSymbolBlock adamW(AdamWArguments<?> a) {
    String body =
        """
        parameters = [torch.contiguous(p)]
        firsts = [torch.contiguous(m)]
        seconds = [torch.contiguous(v)]
        gradients = [torch.contiguous(g)]
        steps = [torch.to(step, 6)]
        maxima = annotate(List[Tensor], [])
        torch._fused_adamw_(parameters, gradients, firsts, seconds, maxima, steps, \
        lr=rate, beta1=%s, beta2=%s, weight_decay=%s, eps=%s, amsgrad=False, maximize=False)
        return (parameters[0], firsts[0], seconds[0])
        """;
    return load(
        "(p: Tensor, m: Tensor, v: Tensor, g: Tensor, rate: Tensor, step: Tensor)"
            + " -> Tuple[Tensor, Tensor, Tensor]",
        body.formatted(a.beta1(), a.beta2(), a.weightDecay(), a.epsilon()));
  }

  private PtSymbolBlock load(String signature, String body) {
    return loaded.computeIfAbsent(
        signature + body, key -> Torch.load(manager, TorchScript.archive(signature, body)));
  }
}
