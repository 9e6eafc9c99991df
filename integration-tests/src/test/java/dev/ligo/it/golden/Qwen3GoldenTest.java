package dev.ligo.it.golden;

import java.util.List;

/** Qwen3 against golden files of the public Python {@code transformers}. */
class Qwen3GoldenTest extends DecoderGoldenTest {
  private static final Case LM = lm("lm");
  private static final Case WINDOW = lm("lm-window");

  Qwen3GoldenTest() {
    super("qwen3");
  }

  @Override
  List<Case> cases() {
    return List.of(LM, WINDOW);
  }

  @Override
  List<Mistake> mistakes() {
    return List.of(
        values("no scales of queries", LM, "q_norm.weight", GoldenTest::zeros),
        values("no scales of keys", LM, "k_norm.weight", GoldenTest::zeros),
        values("no biases of queries", LM, "q_proj.bias", GoldenTest::zeros),
        Mistake.inConfig(LM, "rms_norm_eps", 1e-2),
        theta(LM),
        Mistake.inConfig(
            WINDOW,
            "layer_types",
            List.of("sliding_attention", "full_attention", "full_attention")),
        Mistake.inConfig(WINDOW, "sliding_window", 5));
  }
}
