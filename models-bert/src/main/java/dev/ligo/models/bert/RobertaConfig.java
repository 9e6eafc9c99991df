package dev.ligo.models.bert;

/**
 * RoBERTa's configuration (Liu et al., 2019).
 *
 * @param encoder what it has in common with other encoders
 * @param padding the id of the padding token, after whose row those of the positions begin, or
 *     {@link #NO_PADDING}
 */
record RobertaConfig(EncoderConfig encoder, int padding) {
  /** No token is padding: every token has a position, from row 0 on. */
  static final int NO_PADDING = -1;

  /** Returns the most tokens in a sequence: the table's rows but for those up to the padding's. */
  int longest() {
    return encoder.positions() - padding - 1;
  }
}
