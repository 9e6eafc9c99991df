package dev.ligo.it.growth;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.core.Ligo;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.method.LigoMethod;
import dev.ligo.core.growth.method.LigoOptions;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.model.TaskModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The pairs that the paper grows (Wang et al., ICLR 2023, table 1), through shapes alone: parameter
 * counts as the public Python libraries have them, and the learned scalars of LiGO's operator. What
 * other models the files below {@code golden/counts} have is counted, too.
 */
class PaperPairsTest {
  private static final Path COUNTS = Path.of("src/test/resources/golden/counts");

  private static final Ligo LIGO = Ligo.create();
  private static final Map<String, JsonObject> PUBLISHED = new TreeMap<>();

  @BeforeAll
  static void read() throws IOException {
    try (Stream<Path> files = Files.list(COUNTS)) {
      for (Path file : files.sorted().toList()) {
        JsonParser.parseString(Files.readString(file))
            .getAsJsonObject()
            .asMap()
            .forEach((name, model) -> PUBLISHED.put(name, model.getAsJsonObject()));
      }
    }
  }

  private static ModelSpec<?> model(String name) {
    assertThat(PUBLISHED).containsKey(name);
    ModelSpec<?> model = LIGO.model(PUBLISHED.get(name).getAsJsonObject("config"));
    return model.withHead(task(model));
  }

  private static String task(ModelSpec<?> model) {
    return model.architecture().tasks().get(0).name();
  }

  @Test
  void parameterCountsAreThePublishedOnes() {
    for (String name : PUBLISHED.keySet()) {
      assertThat(model(name).layout().size())
          .as(name)
          .isEqualTo(PUBLISHED.get(name).get("parameters").getAsLong());
    }
  }

  /**
   * With one dense factor for each axis the scalars are 4 · D₂D₁ (hidden units, queries, keys and
   * values), F₂F₁ (feed-forward units) and 16 · L₂L₁ (a depth row for each weight, bias and norm of
   * a layer; a fused weight's three parts count as three).
   */
  @ParameterizedTest
  @CsvSource({
    "bert-small, bert-base, 12, 768, 7865472",
    "bert-base, bert-large, 24, 1024, 15733248",
    "bert-small, bert-large, 24, 1024, 10488064",
    "roberta-small, roberta-base, 12, 768, 7865472",
    "roberta-base, roberta-large, 24, 1024, 15733248",
    "roberta-small, roberta-large, 24, 1024, 10488064",
    "gpt2, gpt2-medium, 24, 1024, 15733248"
  })
  void aPairGrowsIntoThePublishedShapes(
      String from, String to, int layers, int hidden, long scalars) {
    ModelSpec<?> large = model(to);
    GrowthPlan plan = GrowthPlan.of(model(from), Sizes.SAME.withLayers(layers).withHidden(hidden));
    assertThat(plan.large().layout().shapes()).isEqualTo(large.layout().shapes());
    GrowthOperator operator = new LigoMethod().operator(plan, 1);
    assertThat(operator.scalars()).isEqualTo(scalars);
    assertThat(operator.fresh()).isEmpty();
  }

  /**
   * The form of the released code, learned rows below an identity for each large layer: 12 · (3 ·
   * 256 · 512 + 1024 · 2048) for queries, keys, values and feed-forward units, of which the latter
   * are 25.2 million; 256 · 512 for the hidden units; and the depth rows.
   */
  @Test
  void theLearnedScalarsInTheFormOfTheReleasedCode() {
    GrowthPlan plan = GrowthPlan.of(model("bert-small"), Sizes.SAME.withLayers(12).withHidden(768));
    LigoOptions code =
        LigoOptions.defaults()
            .withForm(AxisMap.Form.ROWS)
            .withSharing(AxisMap.Sharing.LARGE)
            .withStart(LigoOptions.DepthStart.STACK, 0, LigoOptions.WidthStart.SELECTION);
    long rows = 12 * (3 * 256L * 512 + 1024L * 2048) + 256L * 512;
    assertThat(new LigoMethod(code).operator(plan, 1).scalars()).isEqualTo(rows + 16 * 12 * 6);
  }

  /** The cost of both models' steps, from their forward functions applied to shapes. */
  @ParameterizedTest
  @CsvSource({"bert-base", "roberta-base", "gpt2"})
  void theForwardFunctionFitsTheShapes(String name) {
    ModelSpec<?> model = model(name);
    int tokens = 128;
    TaskModel<?> trained = model.forTask(task(model));
    long flops = trained.forwardFlops(trained.batchSpecs(1, tokens));
    long layers = 12L * tokens * (24L * 768 * 768 + 4L * tokens * 768);
    long scored = task(model).equals("causal-lm") ? tokens : 19; // 15 % of 126
    long transform = task(model).equals("causal-lm") ? 0 : 2L * 768 * 768;
    int vocabulary = model.json().get("vocab_size").getAsInt();
    assertThat(flops).isEqualTo(layers + scored * (transform + 2L * 768 * vocabulary));
  }
}
