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
  /** Torch's numbers of the dtypes. */
  private static final int FLOAT32 = 6;

  private static final int BFLOAT16 = 15;

  private final PtNDManager manager;
  private final Map<String, PtSymbolBlock> loaded = new ConcurrentHashMap<>();

  Scripts(PtNDManager manager) {
    this.manager = manager;
  }

  /** (x) → the tanh approximation of GELU. */
  PtSymbolBlock geluTanh() {
    return load("(x: Tensor) -> Tensor", "return torch.gelu(x, approximate=\"tanh\")");
  }

  /** (x) → SiLU. */
  PtSymbolBlock silu() {
    return load("(x: Tensor) -> Tensor", "return torch.silu(x)");
  }

  /** x (…, n) → Σ x². */
  PtSymbolBlock sumOfSquares() {
    return load(
        "(x: Tensor) -> Tensor",
        "return torch.sum(torch.square(torch.linalg_vector_norm(x, 2, [-1], False)))");
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

  /**
   * (x, w[, b], int64 labels, weights) → Σ weight · cross-entropy(x·wᵀ + b, label), of some rows at
   * a time, so that a small part of the logits and of their gradient is there at once.
   *
   * <p>The gradients of x, w and b are computed on the way forward, while those logits are at hand.
   * What is returned is the sum plus 0, written as s − s, where s is a linear function of x, w and
   * b that has these gradients.
   */
  PtSymbolBlock linearCrossEntropy(boolean biased, int rows) {
    String body =
        """
        xs = torch.detach(x)
        ws = torch.detach(w)
        wt = torch.t(ws)
        dx = torch.zeros_like(xs)
        dw = torch.zeros_like(ws)
        db = torch.zeros_like(torch.select(ws, 1, 0))
        losses = torch.zeros_like(torch.detach(weights))
        n = torch.size(x, 0)
        most = min(n, %1$d)
        logits = torch.new_empty(xs, [most, torch.size(w, 0)])
        for k in range((n + %1$d - 1) // %1$d):
          i = k * %1$d
          part = torch.slice(xs, 0, i, i + %1$d, 1)
          label = torch.unsqueeze(torch.slice(labels, 0, i, i + %1$d, 1), 1)
          share = torch.unsqueeze(torch.slice(torch.detach(weights), 0, i, i + %1$d, 1), 1)
          rows = torch.size(part, 0)
          p = torch.slice(logits, 0, 0, rows, 1)
          _0 = %2$s
          _1 = torch._log_softmax(p, 1, False, out=p)
          loss = torch.neg(torch.squeeze(torch.gather(p, 1, label), 1))
          _2 = torch.copy_(torch.slice(losses, 0, i, i + %1$d, 1), loss)
          _3 = torch.exp_(p)
          _4 = torch.scatter_add_(p, 1, label, torch.full_like(share, -1.))
          if x.requires_grad:
            to = torch.slice(dx, 0, i, i + %1$d, 1)
            _5 = torch.mul_(torch.mm(p, ws, out=to), share)
          if w.requires_grad:
            _6 = torch.addmm_(dw, torch.t(p), torch.mul(part, share))
          %3$s
        s = torch.sum(losses)
        if x.requires_grad:
          s = s + torch.dot(torch.flatten(x), torch.flatten(dx))
        if w.requires_grad:
          s = s + torch.dot(torch.flatten(w), torch.flatten(dw))
        %4$s
        return torch.dot(weights, losses) + (s - torch.detach(s))
        """;
    return load(
        "(x: Tensor, w: Tensor%s, labels: Tensor, weights: Tensor) -> Tensor"
            .formatted(biased ? ", b: Tensor" : ""),
        body.formatted(
            rows,
            biased ? "torch.addmm(torch.detach(b), part, wt, out=p)" : "torch.mm(part, wt, out=p)",
            biased ? "_7 = torch.addmv_(db, torch.t(p), torch.squeeze(share, 1))" : "",
            biased ? "s = s + torch.dot(b, db)" : ""));
  }

  /** (a, b) → a·b of float32, its operands rounded to bfloat16: DJL knows no array of that. */
  PtSymbolBlock product() {
    return load(
        "(a: Tensor, b: Tensor) -> Tensor",
        "return torch.to(torch.matmul(torch.to(a, %1$d), torch.to(b, %1$d)), %2$d)"
            .formatted(BFLOAT16, FLOAT32));
  }

  /**
   * (query, key, value[, bias]) → softmax(scale·q·kᵀ + bias)·v.
   *
   * @param rounded whether the operands, of float32, are rounded to bfloat16
   */
  PtSymbolBlock attention(boolean biased, double scale, boolean rounded) {
    String to = rounded ? "torch.to(%s, " + BFLOAT16 + ")" : "%s";
    String attended =
        "torch.scaled_dot_product_attention(%s, %s, %s, %s, 0., False, scale=%s)"
            .formatted(
                to.formatted("q"),
                to.formatted("k"),
                to.formatted("v"),
                biased ? to.formatted("bias") : "None",
                scale);
    return load(
        "(q: Tensor, k: Tensor, v: Tensor%s) -> Tensor".formatted(biased ? ", bias: Tensor" : ""),
        "return " + (rounded ? "torch.to(%s, %d)".formatted(attended, FLOAT32) : attended));
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
        steps = [torch.to(step, %s)]
        maxima = annotate(List[Tensor], [])
        torch._fused_adamw_(parameters, gradients, firsts, seconds, maxima, steps, \
        lr=rate, beta1=%s, beta2=%s, weight_decay=%s, eps=%s, amsgrad=False, maximize=False)
        return (parameters[0], firsts[0], seconds[0])
        """;
    return load(
        "(p: Tensor, m: Tensor, v: Tensor, g: Tensor, rate: Tensor, step: Tensor)"
            + " -> Tuple[Tensor, Tensor, Tensor]",
        body.formatted(FLOAT32, a.beta1(), a.beta2(), a.weightDecay(), a.epsilon()));
  }

  private PtSymbolBlock load(String signature, String body) {
    return loaded.computeIfAbsent(
        signature + body, key -> Torch.load(manager, TorchScript.archive(signature, body)));
  }
}
