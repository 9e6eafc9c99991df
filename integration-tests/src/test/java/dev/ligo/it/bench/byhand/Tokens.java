package dev.ligo.it.bench.byhand;

/**
 * A batch for the masked language model.
 *
 * @param rows the number of sequences
 * @param ids the tokens, (rows, sequence)
 * @param types the token types, (rows, sequence)
 * @param mask 1 for a token, 0 for padding, (rows, sequence)
 * @param positions the scored positions as indices into rows · sequence, (scored)
 * @param labels the tokens that were there, (scored)
 * @param weights how much each scored position counts, (scored)
 */
@SuppressWarnings("ArrayRecordComponent") // read element by element, never compared
public record Tokens(
    int rows, int[] ids, int[] types, int[] mask, int[] positions, int[] labels, float[] weights) {
  long sequence() {
    return ids.length / rows;
  }
}
