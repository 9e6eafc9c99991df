package dev.ligo.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import org.junit.jupiter.api.Test;

/** A refusal says what differs, however long the values are. */
class DifferenceTest {
  private static JsonObject config(double epsilon, int layers) {
    JsonObject rope = new JsonObject();
    rope.addProperty("theta", 10000 * layers);
    JsonObject o = new JsonObject();
    o.addProperty("architectures", "x".repeat(200));
    o.addProperty("layer_norm_eps", epsilon);
    o.addProperty("num_hidden_layers", layers);
    o.add("rope", rope);
    return o;
  }

  private static String ofTexts(String before, String now) {
    return Difference.of(new JsonPrimitive(before), new JsonPrimitive(now));
  }

  @Test
  void ofObjectsTheKeysAreNamed() {
    JsonElement before = new JsonPrimitive(config(0.25, 3).toString());
    assertThat(Difference.of(before, new JsonPrimitive(config(0.5, 3).toString())))
        .isEqualTo("layer_norm_eps 0.25, now 0.5");
    assertThat(Difference.of(before, config(0.5, 4)))
        .isEqualTo(
            "layer_norm_eps 0.25, now 0.5; num_hidden_layers 3, now 4;"
                + " rope theta 30000, now 40000");
    JsonObject less = config(0.25, 3);
    less.remove("rope");
    assertThat(Difference.of(before, less)).startsWith("rope {").endsWith(", now none");
  }

  @Test
  void ofLongTextsThePartsThatDiffer() {
    String learning =
        "linear from %s, warm-up 10 of 100 steps; AdamW with a weight decay of 0.01 and a very long"
            + " description of all of its moments; %s; FLOAT32";
    assertThat(ofTexts(learning.formatted("0.001", "a"), learning.formatted("0.002", "a")))
        .isEqualTo("linear from 0.001…, now linear from 0.002…");
    assertThat(ofTexts(learning.formatted("0.001", "dropout"), learning.formatted("0.001", "none")))
        .isEqualTo("… dropout…, now … none…");
    String options = "{depth_noise=0.01, " + "x=y, ".repeat(30) + "scale_rate=%s}";
    assertThat(ofTexts(options.formatted("30"), options.formatted("10")))
        .isEqualTo("… scale_rate=30…, now … scale_rate=10…");
    String endless = "a".repeat(500);
    assertThat(ofTexts(endless + "b", endless + "c")).isEqualTo("… b, now … c");
  }

  @Test
  void shortValuesAreWhole() {
    assertThat(ofTexts("A 1", "A 2")).isEqualTo("A 1, now A 2");
    assertThat(Difference.of(null, new JsonPrimitive(3))).isEqualTo("none, now 3");
    assertThat(ofTexts("a".repeat(64), "b".repeat(64)))
        .isEqualTo("aaaaaaaaaaaa…, now bbbbbbbbbbbb…");
  }
}
