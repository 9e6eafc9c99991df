package dev.ligo.core.prediction;

import dev.ligo.api.HostArray;
import dev.ligo.api.LigoException;
import dev.ligo.core.data.SeededRandom;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The probability of each id, computed in float64 from a row of logits. */
public final class Probabilities {
  private final double[] of;

  private Probabilities(double[] of) {
    this.of = of;
  }

  /**
   * {@return the softmax of a row}
   *
   * @param logits (rows, ids)
   * @param row the row's number
   * @param temperature what the logits are divided by, above 0
   * @throws LigoException if a logit is not a number
   */
  public static Probabilities softmax(HostArray logits, int row, double temperature) {
    double[] values = row(logits, row);
    double largest = Arrays.stream(values).max().orElse(0);
    Arrays.setAll(values, i -> Math.exp((values[i] - largest) / temperature));
    return new Probabilities(values).normalized();
  }

  /**
   * {@return the logistic function of each logit of a row, for ids of which each holds or not by
   * itself}
   *
   * @param logits (rows, ids)
   * @param row the row's number
   * @throws LigoException if a logit is not a number
   */
  public static Probabilities logistic(HostArray logits, int row) {
    double[] values = row(logits, row);
    Arrays.setAll(values, i -> 1 / (1 + Math.exp(-values[i])));
    return new Probabilities(values);
  }

  private static double[] row(HostArray logits, int row) {
    int ids = logits.shape().dim(1);
    double[] values = new double[ids];
    for (int i = 0; i < ids; i++) {
      values[i] = logits.get(row * ids + i);
      if (!Double.isFinite(values[i])) {
        throw new LigoException(
            "predicting: the model gives the logit "
                + values[i]
                + "; its weights are too large or not those of its config, or its training"
                + " diverged.");
      }
    }
    return values;
  }

  private Probabilities normalized() {
    double sum = Arrays.stream(of).sum();
    return new Probabilities(Arrays.stream(of).map(p -> p / sum).toArray());
  }

  /**
   * {@return the probability of an id}
   *
   * @param id the id
   */
  public double of(int id) {
    return of[id];
  }

  /** {@return the likeliest id, the first of several} */
  public int likeliest() {
    int best = 0;
    for (int id = 1; id < of.length; id++) {
      best = of[id] > of[best] ? id : best;
    }
    return best;
  }

  /**
   * {@return the probabilities where all ids but the likeliest are left out} Ids as likely as the
   * last of them stay, too.
   *
   * @param count how many are kept, at least 1
   */
  public Probabilities largest(int count) {
    double[] sorted = of.clone();
    Arrays.sort(sorted);
    double least = sorted[Math.max(0, sorted.length - count)];
    return new Probabilities(Arrays.stream(of).map(p -> p < least ? 0 : p).toArray()).normalized();
  }

  /**
   * {@return an id that is drawn with its probability}
   *
   * @param random what is drawn from
   */
  public int draw(SeededRandom random) {
    double left = random.nextDouble();
    int last = 0;
    for (int id = 0; id < of.length; id++) {
      if (of[id] > 0) {
        left -= of[id];
        last = id;
        if (left < 0) {
          return id;
        }
      }
    }
    return last; // the sum is 1 but for roundings
  }

  /**
   * {@return the likeliest ids with their names, the likeliest first}
   *
   * @param count the most to return
   * @param name gives an id's name
   */
  public List<Choice> best(int count, IntFunction<String> name) {
    return IntStream.range(0, of.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer id) -> of[id]).reversed())
        .limit(count)
        .map(id -> new Choice(id, name.apply(id), of[id]))
        .toList();
  }
}
