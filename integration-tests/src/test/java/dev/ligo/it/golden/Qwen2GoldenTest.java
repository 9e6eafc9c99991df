package dev.ligo.it.golden;

import com.google.gson.JsonObject;
import java.util.List;

/** Qwen2 against golden files of the public Python {@code transformers}. */
class Qwen2GoldenTest extends DecoderGoldenTest {
  private static final Case WINDOW = lm("lm-window");
  private static final Case OLD = Case.headless("base-old");

  Qwen2GoldenTest() {
    super("qwen2");
  }

  @Override
  List<Case> cases() {
    return List.of(WINDOW, OLD);
  }

  @Override
  List<Mistake> mistakes() {
    return List.of(
        Mistake.inConfig(WINDOW, "sliding_window", 5),
        config("windows everywhere", WINDOW, json -> layers(json, 0)),
        config("a window in the last layer alone", WINDOW, json -> layers(json, 2)),
        values("no biases of values", WINDOW, "v_proj.bias", GoldenTest::zeros),
        theta(WINDOW),
        config(
            "windows in spite of the switch",
            OLD,
            json -> {
              json.addProperty("use_sliding_window", true);
              json.addProperty("sliding_window", 4);
              layers(json, 0);
            }),
        Mistake.inConfig(OLD, "rope_theta", 300),
        keysOfTheOtherGroup(OLD, 4));
  }

  /** Names no layer, so that the rule says which have windows. */
  private static void layers(JsonObject json, int windowless) {
    json.remove("layer_types");
    json.addProperty("max_window_layers", windowless);
  }
}
