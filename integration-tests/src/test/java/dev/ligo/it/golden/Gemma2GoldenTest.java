package dev.ligo.it.golden;

import java.util.List;

/** Gemma 2 against golden files of the public Python {@code transformers}. */
class Gemma2GoldenTest extends DecoderGoldenTest {
  private static final Case LM = lm("lm");
  private static final Case UNCAPPED = lm("lm-uncapped");

  Gemma2GoldenTest() {
    super("gemma2");
  }

  @Override
  List<Case> cases() {
    return List.of(LM, UNCAPPED);
  }

  @Override
  List<Mistake> mistakes() {
    return List.of(
        Mistake.inConfig(LM, "attn_logit_softcapping", null),
        Mistake.inConfig(LM, "final_logit_softcapping", null),
        Mistake.inConfig(LM, "query_pre_attn_scalar", 6),
        Mistake.inConfig(LM, "sliding_window", 5),
        config(
            "windows in the other layers",
            LM,
            json ->
                json.add(
                    "layer_types",
                    new com.google.gson.Gson()
                        .toJsonTree(
                            List.of("full_attention", "sliding_attention", "full_attention")))),
        onePlus(LM, -1),
        theta(LM),
        Mistake.inConfig(UNCAPPED, "attn_logit_softcapping", 1.5),
        values("no biases of values", UNCAPPED, "v_proj.bias", GoldenTest::zeros),
        values(
            "no scales after attention",
            UNCAPPED,
            "post_attention_layernorm.weight",
            GoldenTest::zeros));
  }
}
