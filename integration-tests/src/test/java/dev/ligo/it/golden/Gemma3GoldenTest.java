package dev.ligo.it.golden;

import java.util.List;

/** Gemma 3's text model against golden files of the public Python {@code transformers}. */
class Gemma3GoldenTest extends DecoderGoldenTest {
  private static final Case LM = lm("lm");
  private static final Case OLD = Case.headless("base-old");

  Gemma3GoldenTest() {
    super("gemma3_text");
  }

  @Override
  List<Case> cases() {
    return List.of(LM, OLD);
  }

  @Override
  List<Mistake> mistakes() {
    return List.of(
        theta(LM, "full_attention"),
        theta(LM, "sliding_attention"),
        Mistake.inConfig(LM, "sliding_window", 5),
        Mistake.inConfig(LM, "query_pre_attn_scalar", 6),
        values("no scales of keys", LM, "k_norm.weight", GoldenTest::zeros),
        onePlus(LM, -1),
        Mistake.inConfig(OLD, "rope_local_base_freq", 300),
        Mistake.inConfig(OLD, "rope_theta", 300),
        Mistake.inConfig(OLD, "sliding_window_pattern", 3));
  }
}
