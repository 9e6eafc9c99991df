package dev.ligo.it.golden;

import java.util.List;

/** CamemBERT against golden files of the public Python {@code transformers}. */
class CamembertGoldenTest extends EncoderGoldenTest {
  private static final Case MLM = masked("mlm");
  private static final Case UNTIED = masked("mlm-untied");

  CamembertGoldenTest() {
    super("camembert");
  }

  @Override
  List<Case> cases() {
    return List.of(MLM, UNTIED, BASE, CLASSIFICATION);
  }

  @Override
  List<Mistake> mistakes() {
    return List.of(
        // Another padding moves the positions, and counts the real padding among them.
        Mistake.inConfig(MLM, "pad_token_id", 0),
        Mistake.inConfig(CLASSIFICATION, "pad_token_id", 2),
        Mistake.without(MLM, "attention_mask"));
  }
}
