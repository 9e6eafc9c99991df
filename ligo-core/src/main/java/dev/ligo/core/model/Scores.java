package dev.ligo.core.model;

import dev.ligo.api.DType;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a task scores in a batch: rows, each a position or an example, that heads sort into classes.
 *
 * @param heads each head's logits, (rows, classes); as a rule there is one head
 * @param labels the right class of each row, (rows), integers
 * @param weights (rows), 0 for padding
 */
public record Scores(List<Logits> heads, Tensor labels, Tensor weights) {
  /**
   * Copies the heads.
   *
   * @param heads each head's logits, (rows, classes); as a rule there is one head
   * @param labels the right class of each row, (rows), integers
   * @param weights (rows), 0 for padding
   */
  public Scores {
    heads = List.copyOf(heads);
  }

  /**
   * {@return the scores of one head}
   *
   * @param logits (rows, classes)
   * @param labels integers (rows)
   * @param weights the weight of each row, 0 where it does not count, (rows)
   */
  public static Scores of(Logits logits, Tensor labels, Tensor weights) {
    return new Scores(List.of(logits), labels, weights);
  }

  /** {@return these scores with all logits computed, for those who read them beside the loss} */
  public Scores computed() {
    return new Scores(heads.stream().map(h -> Logits.of(h.tensor())).toList(), labels, weights);
  }

  /** {@return the mean of the heads' logits, (rows, classes)} */
  public Tensor logits() {
    return mean(heads.stream().map(Logits::tensor).toList());
  }

  /**
   * {@return the weighted mean over the rows of the cross-entropy} In training each head has one of
   * its own, and theirs are averaged; outside it there is one, of the heads' mean logits, by which
   * the model predicts (as DeiT's two heads in timm and transformers). The sums are {@code loss},
   * {@code count} and, outside training, {@code correct}.
   *
   * @param t what makes constants
   * @param training whether the loss is one to train by
   */
  public Tensors.Loss loss(Tensors t, boolean training) {
    Map<String, Tensor> sums = new TreeMap<>(Map.of("count", weights.sum()));
    List<Logits> scored = heads;
    if (!training) { // first, so that the loss finds the logits computed
      Tensor logits = logits();
      Tensor hits = logits.argMax(1).equalTo(labels.cast(DType.INT64));
      sums.put("correct", hits.cast(weights.dtype()).mul(weights).sum());
      scored = List.of(Logits.of(logits));
    }
    Tensor sum = mean(scored.stream().map(h -> h.loss(labels, weights)).toList());
    sums.put("loss", sum);
    return new Tensors.Loss(sum.div(rows(t)), NamedTensors.of(sums));
  }

  /**
   * {@return the weighted mean over the rows of KL(p ‖ q), averaged over the heads, where p are the
   * classes' probabilities by a teacher's scores of the same batch and q those by these, both of
   * logits divided by a temperature}
   *
   * @param t what makes constants
   * @param teacher the scores of another model on the same batch
   * @param temperature what logits are divided by first
   */
  public Tensor divergence(Tensors t, Scores teacher, double temperature) {
    List<Tensor> each = new ArrayList<>();
    for (int i = 0; i < heads.size(); i++) {
      Tensor p = teacher.heads.get(i).tensor().div(temperature).logSoftmax();
      Tensor q = heads.get(i).tensor().div(temperature).logSoftmax();
      each.add(p.exp().mul(p.sub(q)).sum(1));
    }
    return mean(each).mul(weights).sum().div(rows(t));
  }

  /** Returns the weight of all rows; 1 for a batch of padding alone, whose loss is 0, not NaN. */
  private Tensor rows(Tensors t) {
    Tensor count = weights.sum();
    return count.maximum(t.scalar(count.dtype(), 1));
  }

  /**
   * {@return the mean of tensors of one shape}
   *
   * @param tensors tensors of one shape, at least one
   */
  public static Tensor mean(List<Tensor> tensors) {
    Tensor sum = tensors.get(0);
    for (Tensor x : tensors.subList(1, tensors.size())) {
      sum = sum.add(x);
    }
    return tensors.size() == 1 ? sum : sum.div(tensors.size());
  }
}
