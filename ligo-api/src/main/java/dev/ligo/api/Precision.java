package dev.ligo.api;

/** The dtype in which a backend computes matrix products and attention of float32 arrays. */
public enum Precision {
  /** Float32 throughout. */
  FLOAT32("float32"),
  /**
   * The operands rounded to bfloat16, the sums in float32; all else in float32, so that parameters,
   * normalization, softmax, losses and the optimizer keep their digits. Float64 stays as it is.
   */
  BF16("bf16");

  private final String word;

  Precision(String word) {
    this.word = word;
  }

  /** {@return the name by which users choose it, such as "bf16"} */
  @Override
  public String toString() {
    return word;
  }
}
