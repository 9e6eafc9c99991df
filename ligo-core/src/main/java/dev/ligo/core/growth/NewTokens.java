package dev.ligo.core.growth;

import dev.ligo.core.data.SeededRandom;
import java.util.Arrays;
import java.util.List;

/**
 * How the axis of a vocabulary grows, in every method: the tokens there are keep their rows, and a
 * row that is added is (1 − δ) times the mean of all plus δ times one of them, drawn at random.
 * Such rows scatter around the mean as the old ones do, but less by δ (Hewitt, "Initializing New
 * Word Embeddings for Pretrained Language Models", 2021, draws them from a normal distribution of
 * that mean and covariance).
 *
 * <p>A new token's logit is then nearly the mean of the others. Its probability is at most the mean
 * of theirs, since the exponential is convex: of V tokens, n more leave each at least V / (V + n)
 * of its probability, up to δ.
 */
final class NewTokens {
  /** What parts new rows: small, and large enough for the 8 bits of a bfloat16. */
  private static final double NOISE = 0.01;

  private NewTokens() {}

  /** Returns the maps along the axis whose sum it is grown by; the same for all parameters. */
  static List<AxisMap> maps(int small, int large, long seed) {
    if (small == large) {
      return List.of(AxisMap.identity(small));
    }
    SeededRandom random = new SeededRandom(seed, "vocabulary");
    int[] mean = new int[large];
    int[] drawn = new int[large];
    double[] share = new double[large];
    double[] noise = new double[large];
    Arrays.setAll(mean, i -> i < small ? i : AxisMap.Selection.MEAN);
    Arrays.setAll(share, i -> i < small ? 1 : 1 - NOISE);
    Arrays.setAll(drawn, i -> i < small ? AxisMap.Selection.NONE : random.nextInt(small));
    Arrays.setAll(noise, i -> i < small ? 1 : NOISE);
    return List.of(
        new AxisMap.Selection(small, mean, share), new AxisMap.Selection(small, drawn, noise));
  }
}
