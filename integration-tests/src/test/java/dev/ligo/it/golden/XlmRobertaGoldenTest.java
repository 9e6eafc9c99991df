package dev.ligo.it.golden;

import java.util.List;

/** XLM-RoBERTa against golden files of the public Python {@code transformers}. */
class XlmRobertaGoldenTest extends EncoderGoldenTest {
  private static final Case MLM = masked("mlm");

  XlmRobertaGoldenTest() {
    super("xlm-roberta");
  }

  @Override
  List<Case> cases() {
    return List.of(MLM, BASE, CLASSIFICATION);
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
