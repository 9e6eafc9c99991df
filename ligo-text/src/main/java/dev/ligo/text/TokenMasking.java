package dev.ligo.text;

import dev.ligo.core.data.SeededRandom;
import java.util.Arrays;

/**
 * BERT's way of hiding tokens (Devlin et al., "BERT: Pre-training of deep bidirectional
 * transformers", 2019, §3.1): 15 % of the tokens are to be predicted; of these 80 % are replaced by
 * the mask token, 10 % by a random one of the whole vocabulary, and 10 % are left as they are.
 *
 * <p>The share is of the tokens that are not special, an exact number for each example rather than
 * a chance for each token; BERT's own script counts the two or three special ones of an example
 * too.
 */
final class TokenMasking {
  private static final double SHARE = 0.15;
  private static final double MASKED = 0.8;
  private static final double RANDOM = 0.1;

  private final Vocabulary vocabulary;
  private final int mask;
  private final int known;

  /**
   * Creates what masks tokens.
   *
   * @param mask the id of the mask token
   * @param known the number of ids that a random token is one of
   */
  TokenMasking(Vocabulary vocabulary, int mask, int known) {
    this.vocabulary = vocabulary;
    this.mask = mask;
    this.known = known;
  }

  /** Returns how many of a number of tokens are predicted: 15 %, but one at least, if any. */
  static int count(int tokens) {
    return tokens == 0 ? 0 : Math.max(1, (int) Math.round(SHARE * tokens));
  }

  /**
   * Draws the places to predict.
   *
   * @param ids tokens, of which the special ones are never chosen
   * @return places in {@code ids}, ascending, {@link #count} of those that are not special
   */
  int[] choose(int[] ids, SeededRandom random) {
    int[] places = new int[ids.length];
    int candidates = 0;
    for (int i = 0; i < ids.length; i++) {
      if (!vocabulary.isSpecial(ids[i])) {
        places[candidates++] = i;
      }
    }
    int count = count(candidates);
    for (int i = 0; i < count; i++) {
      int other = i + random.nextInt(candidates - i);
      int place = places[other];
      places[other] = places[i];
      places[i] = place;
    }
    int[] chosen = Arrays.copyOf(places, count);
    Arrays.sort(chosen);
    return chosen;
  }

  /** Draws what the model sees in the place of a token that it is to predict. */
  int replace(int id, SeededRandom random) {
    double draw = random.nextDouble();
    if (draw < MASKED) {
      return mask;
    }
    return draw < MASKED + RANDOM ? random.nextInt(known) : id;
  }
}
