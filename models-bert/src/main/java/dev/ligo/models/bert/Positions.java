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
