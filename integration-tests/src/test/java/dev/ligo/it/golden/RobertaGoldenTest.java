package dev.ligo.it.golden;

import java.util.List;

/** RoBERTa against golden files of the public Python {@code transformers}. */
class RobertaGoldenTest extends EncoderGoldenTest {
  private static final Case TIED = masked("mlm");
  private static final Case UNTIED = masked("mlm-relu-untied");

  RobertaGoldenTest() {
    super("roberta");
  }

  @Override
  List<Case> cases() {
    return List.of(TIED, UNTIED, BASE, CLASSIFICATION);
  }

  @Override
  List<Mistake> mistakes() {
    return List.of(
        Mistake.inConfig(TIED, "hidden_act", "relu"),
        Mistake.inConfig(UNTIED, "hidden_act", "gelu"),
        // Another padding moves the positions, and counts the real padding among them.
        Mistake.inConfig(BASE, "pad_token_id", 0),
        Mistake.inConfig(CLASSIFICATION, "pad_token_id", 2),
        Mistake.inConfig(TIED, "layer_norm_eps", 1e-3),
        Mistake.inValue(
            "shifted positions",
            TIED,
            "roberta.embeddings.position_embeddings.weight",
            GoldenTest::rowsShifted),
        Mistake.without(TIED, "attention_mask"));
  }
}
