package dev.ligo.it.golden;

import java.util.List;

/** BERT against golden files of the public Python {@code transformers}. */
class BertGoldenTest extends EncoderGoldenTest {
  private static final Case GELU = masked("mlm-gelu");
  private static final Case GELU_NEW = masked("mlm-gelu-new");
  private static final Case LEGACY = masked("mlm-relu-legacy");

  BertGoldenTest() {
    super("bert");
  }

  @Override
  List<Case> cases() {
    return List.of(GELU, GELU_NEW, LEGACY, masked("mlm-sharded"), BASE, CLASSIFICATION);
  }

  @Override
  List<Mistake> mistakes() {
    return List.of(
        Mistake.inConfig(GELU, "hidden_act", "gelu_new"),
        Mistake.inConfig(GELU_NEW, "hidden_act", "gelu"),
        Mistake.inConfig(LEGACY, "hidden_act", "gelu"),
        Mistake.inConfig(GELU_NEW, "layer_norm_eps", 1e-12),
        Mistake.inValue(
            "shifted positions",
            GELU,
            "bert.embeddings.position_embeddings.weight",
            GoldenTest::rowsShifted),
        Mistake.without(GELU, "attention_mask"),
        Mistake.without(GELU, "token_type_ids"));
  }
}
