package dev.ligo.models.bert;

import dev.ligo.api.Tensor;
import dev.ligo.core.data.DataException;

/** Learned embeddings of places in a sequence. */
final class Positions {
  private Positions() {}

  /**
   * Returns the first rows of a table, one for each place, (sequence, hidden).
   *
   * @param table (positions, hidden)
   * @param ids (batch, sequence)
   * @throws DataException if the sequence is longer than the table
   */
  static Tensor inOrder(Tensor table, Tensor ids) {
    int sequence = ids.shape().dim(1);
    check(sequence, table.shape().dim(0));
    return table.slice(0, 0, sequence);
  }

  /**
   * Counts the tokens of each sequence from 1 on, and leaves the rest at 0.
   *
   * @param tokens (batch, sequence): 1 at tokens, 0 at padding
   */
  static Tensor counted(Tensor tokens) {
    int sequence = tokens.shape().dim(1);
    Tensor sums = tokens;
    for (int stretch = 1; stretch < sequence; stretch *= 2) { // doubles what is summed
      sums = sums.add(sums.slice(1, 0, sequence - stretch).pad(1, stretch, 0));
    }
    return sums.mul(tokens);
  }

  /** Refuses a sequence that is longer than a model has positions for. */
  static void check(int sequence, int longest) {
    if (sequence > longest) {
      throw new DataException(
          "a sequence of "
              + sequence
              + " tokens: the model has "
              + longest
              + " positions; make the sequence shorter.");
    }
  }
}
