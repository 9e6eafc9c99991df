package dev.ligo.backend.tf;

import dev.ligo.api.spi.LossChunks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The cross-entropy of a linear layer over a vocabulary, some rows at a time: their logits, their
 * losses, and the gradients. All logits are never in memory at once.
 */
final class VocabularyLoss {
  private final Trace trace;
  private final Products products;
  private final FusedOperations fused;
  private final Handle x;
  private final Handle weight;
  private final Optional<Handle> bias;
  private final List<Output> losses = new ArrayList<>();
  private final List<Output> ofX = new ArrayList<>();
  private @Nullable Output ofWeight;
  private @Nullable Output ofBias;

  VocabularyLoss(
      Trace trace,
      Products products,
      FusedOperations fused,
      Handle x,
      Handle weight,
      Optional<Handle> bias) {
    this.trace = trace;
    this.products = products;
    this.fused = fused;
    this.x = x;
    this.weight = weight;
    this.bias = bias;
  }

  private int rows() {
    return trace.shape(x).dim(0);
  }

  /** Returns the rows of a chunk, or empty where the loss is composed. */
  OptionalInt chunk() {
    return trace.isRecording()
        ? LossChunks.rows(rows(), trace.shape(x).dim(1), trace.shape(weight).dim(0))
        : OptionalInt.empty();
  }

  /**
   * Returns Σ weight · cross-entropy over the rows.
   *
   * @param chunk the rows of a chunk
   */
  Output of(Handle labels, Handle weights, int chunk) {
    for (int from = 0; from < rows(); from += chunk) {
      int begin = from;
      int end = Math.min(rows(), from + chunk);
      Supplier<Output> next =
          () -> add(slice(x, begin, end), slice(labels, begin, end), slice(weights, begin, end));
      ofWeight = ofWeight == null ? next.get() : trace.after(ofWeight, next);
    }
    Output each = joined(losses);
    List<Handle> inputs = new ArrayList<>(List.of(x, weight, weights));
    List<Output> gradients = new ArrayList<>(List.of(joined(ofX), ofWeight, each));
    if (bias.isPresent()) {
      inputs.add(bias.get());
      gradients.add(ofBias);
    }
    return trace.part(
        make("Sum", make("Mul", each, weights), trace.vector(0)),
        inputs,
        dy -> gradients.stream().map(g -> make("Mul", g, dy)).toList());
  }

  /** Adds a chunk, and returns the gradient for the weight so far. */
  private Output add(Output part, Output labels, Output weights) {
    Output product = products.plain(part, false, weight, true);
    Output logits = bias.map(b -> make("BiasAdd", product, b)).orElse(product);
    FusedOperations.CrossEntropy each = fused.crossEntropies(logits, labels);
    losses.add(each.losses());
    Output gradient = fused.ofLogits(each, weights);
    ofX.add(products.plain(gradient, false, weight, false));
    if (bias.isPresent()) {
      ofBias = sum(ofBias, make("BiasAddGrad", gradient));
    }
    return sum(ofWeight, products.plain(gradient, true, part, false));
  }

  private Output sum(@Nullable Output before, Output more) {
    return before == null ? more : make("AddV2", before, more);
  }

  private Output slice(Handle x, int begin, int end) {
    int[] from = new int[trace.shape(x).rank()];
    from[0] = begin;
    int[] extents = trace.shape(x).withDim(0, end - begin).dims();
    return make("Slice", x, trace.vector(from), trace.vector(extents));
  }

  private Output joined(List<Output> chunks) {
    return chunks.size() == 1
        ? chunks.get(0)
        : trace.unrecorded("ConcatV2").in(chunks).in(trace.axis(0)).make();
  }

  private Output make(String operation, Handle... inputs) {
    return trace.unrecorded(operation).in(inputs).make();
  }
}
