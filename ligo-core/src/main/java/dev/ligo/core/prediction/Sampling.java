package dev.ligo.core.prediction;

import dev.ligo.api.HostArray;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.SeededRandom;

/**
 * How a text is continued: by how many tokens, and how each is chosen. At temperature 0 it is the
 * likeliest one. Above, it is drawn from the softmax of the logits divided by the temperature, over
 * the {@code topK} largest alone if that is above 0 (Fan et al., "Hierarchical Neural Story
 * Generation", 2018).
 *
 * @param maxTokens the most tokens to add, at least 1
 * @param temperature what logits are divided by, or 0 for the likeliest token
 * @param topK how many tokens are drawn from, or 0 for all
 * @param seed what tokens are drawn from; the same seed draws the same
 */
public record Sampling(int maxTokens, double temperature, int topK, long seed) {
  /** The most tokens that are added where no number is named. */
  public static final int MAX_TOKENS = 64;

  /** The likeliest token each time, {@value #MAX_TOKENS} of them at most. */
  public static final Sampling GREEDY = new Sampling(MAX_TOKENS, 0, 0, 0);

  /**
   * Checks the values.
   *
   * @param maxTokens the most tokens to add, at least 1
   * @param temperature what logits are divided by, or 0 for the likeliest token
   * @param topK how many tokens are drawn from, or 0 for all
   * @param seed what tokens are drawn from
   * @throws DataException if one is out of its range, or a choice of tokens is asked for without a
   *     temperature
   */
  public Sampling {
    if (maxTokens < 1) {
      throw new DataException(
          "continuing a text: at least 1 token is to be added, found " + maxTokens + ".");
    }
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw new DataException(
          "continuing a text: expected a temperature of at least 0, found " + temperature + ".");
    }
    if (topK < 0) {
      throw new DataException(
          "continuing a text: expected a number of tokens to draw from, found " + topK + ".");
    }
    if (topK > 0 && temperature == 0) {
      throw new DataException(
          "continuing a text: one of "
              + topK
              + " tokens is to be drawn at temperature 0, which takes the likeliest; name a"
              + " temperature, such as 1.");
    }
  }

  /**
   * {@return this sampling with another number of tokens}
   *
   * @param count the most tokens to add
   */
  public Sampling withMaxTokens(int count) {
    return new Sampling(count, temperature, topK, seed);
  }

  /**
   * Chooses a token.
   *
   * @param logits the logits of all tokens, in one row
   * @param random what is drawn from
   * @return the token's id
   */
  public int choose(HostArray logits, SeededRandom random) {
    if (temperature == 0) {
      return Probabilities.softmax(logits, 0, 1).likeliest();
    }
    Probabilities all = Probabilities.softmax(logits, 0, temperature);
    return (topK == 0 ? all : all.largest(topK)).draw(random);
  }
}
