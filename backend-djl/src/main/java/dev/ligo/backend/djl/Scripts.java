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

  private static final String SQUARES_OF_ROWS =
      "torch.sum(torch.square(torch.linalg_vector_norm(x, 2, [-1], False)))";

  /** The elements that are updated at once: their scaled gradients fit into a processor's cache. */
  private static final int ELEMENTS_OF_CHUNK = 1 << 20;

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
  PtSymbolBlock sumOfSquaresOfRows() {
    return load("(x: Tensor) -> Tensor", "return " + SQUARES_OF_ROWS);
  }

  /**
   * (list) → Σ x² of all its arrays.
   *
   * @param longest the elements of the longest row whose norm is taken
   */
  PtSymbolBlock sumOfSquares(int longest) {
    String body =
        """
        total = torch.new_zeros(list[0], annotate(List[int], []))
        for i in range(torch.len(list)):
          x = list[i]
          rows = torch.dim(x) > 0
          if rows:
            rows = torch.size(x, -1) <= %d
          if rows:
            sum = %s
          else:
            sum = torch.sum(torch.square(x))
          total = torch.add(total, sum)
        return total
        """;
    return load("(list: List[Tensor]) -> Tensor", body.formatted(longest, SQUARES_OF_ROWS));
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
   * ([parameter, first moment, second moment, …], gradients, rate, step[, scale]) → the first list
   * after a step, updated in place. The kernel walks through memory in order, so that what is not
   * contiguous is copied. Gradients are scaled a chunk at a time, so that no array of a gradient's
   * size is made. An array of each list that was updated is read from it: TorchScript drops a call
   * whose results nobody reads, in place or not.
   */
  PtSymbolBlock adamW(AdamWArguments<?> a) {
    String update =
        """
        torch._fused_adamw_(p, g, m, v, maxima, steps, \
        lr=rate, beta1=%s, beta2=%s, weight_decay=%s, eps=%s, amsgrad=False, maximize=False)"""
            .formatted(a.beta1(), a.beta2(), a.weightDecay(), a.epsilon());
    String lists =
        """
        p = annotate(List[Tensor], [])
        m = annotate(List[Tensor], [])
        v = annotate(List[Tensor], [])
        g = annotate(List[Tensor], [])
        steps = annotate(List[Tensor], [])
        """;
    String body =
        """
        maxima = annotate(List[Tensor], [])
        updated = annotate(List[Tensor], [])
        read = annotate(List[Tensor], [])
        count = torch.to(step, %1$d)
        filled = 0
        %2$s
        for i in range(torch.len(gradients)):
          for j in range(3):
            _0 = torch.append(updated, torch.contiguous(state[3 * i + j]))
          parameter = torch.view(updated[3 * i], [-1])
          first = torch.view(updated[3 * i + 1], [-1])
          second = torch.view(updated[3 * i + 2], [-1])
          gradient = torch.reshape(gradients[i], [-1])
          n = torch.numel(parameter)
          for k in range((n + %3$d - 1) // %3$d):
            begin = k * %3$d
            end = min(begin + %3$d, n)
            _1 = torch.append(p, torch.slice(parameter, 0, begin, end, 1))
            _2 = torch.append(m, torch.slice(first, 0, begin, end, 1))
            _3 = torch.append(v, torch.slice(second, 0, begin, end, 1))
            part = torch.slice(gradient, 0, begin, end, 1)
            _4 = torch.append(g, %4$s)
            _5 = torch.append(steps, count)
            filled = filled + (end - begin)
            if filled >= %3$d:
              %5$s
              _6 = torch.append(read, p[0])
              %6$s
              filled = 0
        if filled > 0:
          %5$s
          _7 = torch.append(read, p[0])
        return torch.slice(torch.add(updated, read), 0, torch.len(updated), 1)
        """
            .formatted(
                FLOAT32,
                lists.strip(),
                ELEMENTS_OF_CHUNK,
                a.scale().isPresent() ? "torch.mul(part, scale)" : "part",
                update,
                lists.strip().indent(6).strip());
    return load(
        "(state: List[Tensor], gradients: List[Tensor], rate: Tensor, step: Tensor%s)"
                .formatted(a.scale().isPresent() ? ", scale: Tensor" : "")
            + " -> List[Tensor]",
        body);
  }

  private PtSymbolBlock load(String signature, String body) {
    return loaded.computeIfAbsent(
        signature + body, key -> Torch.load(manager, TorchScript.archive(signature, body)));
  }
}
