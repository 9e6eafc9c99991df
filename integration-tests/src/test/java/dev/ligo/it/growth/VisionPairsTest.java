package dev.ligo.it.growth;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.ligo.core.Ligo;
import dev.ligo.core.growth.Copies;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.method.FpiMethod;
import dev.ligo.core.growth.method.LigoMethod;
import dev.ligo.core.growth.method.LigoOptions;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The paper's pairs, through shapes alone: nothing of their size is allocated. */
class VisionPairsTest {
  private static final Ligo LIGO = Ligo.create();

  private static ModelSpec<?> timm(String architecture) {
    JsonObject json = new JsonObject();
    json.addProperty("architecture", architecture);
    json.addProperty("num_classes", 1000);
    ModelSpec<?> model = LIGO.model(json);
    return model.withHead(model.pretraining());
  }

  /** {@code sum(p.numel() for p in timm.create_model(name).parameters())} in timm 1.0.31. */
  @ParameterizedTest
  @CsvSource({
    "deit_tiny_patch16_224, 5717416",
    "deit_small_patch16_224, 22050664",
    "deit_base_patch16_224, 86567656",
    "deit_base_patch16_384, 86859496",
    "deit_small_distilled_patch16_224, 22436432",
    "deit_base_distilled_patch16_224, 87338192",
    "vit_small_patch32_384, 22915432",
    "vit_large_patch16_224, 304326632",
    "vit_huge_patch14_224, 632045800",
    "cait_xxs24_224, 11956264",
    "cait_xxs36_384, 17372680",
    "cait_xs24_384, 26670088",
    "cait_s24_224, 46916200",
    "cait_s24_384, 47062120",
    "cait_s36_384, 68366632",
    "cait_m36_384, 271221352",
    "cait_m48_448, 356460520"
  })
  void parametersAreAsManyAsInTimm(String architecture, long parameters) {
    assertThat(timm(architecture).layout().size()).isEqualTo(parameters);
  }

  @ParameterizedTest
  @CsvSource({
    "deit_small_patch16_224, deit_base_patch16_224, 768",
    "deit_small_distilled_patch16_224, deit_base_distilled_patch16_224, 768",
    "cait_xs24_384, cait_s24_384, 384"
  })
  void thePairsOfThePaperGrowIntoEachOther(String from, String to, int hidden) {
    ModelSpec<?> small = timm(from);
    ModelSpec<?> large = timm(to);
    GrowthPlan plan = GrowthPlan.of(small, Sizes.SAME.withHidden(hidden));
    assertThat(plan.large().layout().shapes()).isEqualTo(large.layout().shapes());
    assertThat(plan.large().layout().axes()).isEqualTo(large.layout().axes());
    assertThat(plan.fresh()).isEmpty();
  }

  private static final GrowthMethod FROM_COPIES =
      new LigoMethod(LigoOptions.defaults().withStart(new FpiMethod(Copies.Order.CIRCULAR)));

  /** DeiT-S → B: embed, q, k, v of 768 × 384 and ffn of 3072 × 1536, shared by all layers. */
  @Test
  void theLearnedScalarsOfDeitFromCopies() {
    GrowthPlan plan = GrowthPlan.of(timm("deit_small_patch16_224"), Sizes.SAME.withHidden(768));
    GrowthOperator operator = FROM_COPIES.operator(plan, 0);
    long matrices = 768L * 384;
    // The start parts what is read from what is written: two factors for embed, v and ffn; the
    // queries and keys are written only.
    long written = 4 * matrices + 3072L * 1536;
    long read = 2 * matrices + 3072L * 1536;
    assertThat(operator.scalars()).isEqualTo(written + read);
  }

  /** CaiT-XS → S: 6 to 8 heads of 48 units, in either stack. */
  @Test
  void theLearnedScalarsOfCaitFromCopies() {
    GrowthPlan plan = GrowthPlan.of(timm("cait_xs24_384"), Sizes.SAME.withHidden(384));
    assertThat(plan.large().layout().axes().get("blocks/heads").size()).isEqualTo(8);
    GrowthOperator operator = FROM_COPIES.operator(plan, 0);
    long matrix = 384L * 288;
    long ffn = 16 * matrix;
    long embed = 2 * matrix; // written and read
    long talking = 3 * matrix + matrix + 2 * ffn + 2 * 8 * 6; // q, k, v; v read; ffn; heads
    long classAttention = 3 * matrix + matrix + 2 * ffn;
    assertThat(operator.scalars()).isEqualTo(embed + talking + classAttention);
  }

  /** One dense factor for each axis, read as it is written, as the paper has it. */
  @ParameterizedTest
  @CsvSource({"deit_small_patch16_224, 768, 5898240", "cait_xs24_384, 384, 4313136"})
  void theLearnedScalarsOfThePaper(String from, int hidden, long scalars) {
    GrowthPlan plan = GrowthPlan.of(timm(from), Sizes.SAME.withHidden(hidden));
    assertThat(new LigoMethod().operator(plan, 0).scalars()).isEqualTo(scalars);
  }

  /** The cost of a step, from the forward function applied to shapes. */
  @ParameterizedTest
  @CsvSource({
    "deit_small_patch16_224, 384, 197, 1",
    "deit_base_patch16_224, 768, 197, 1",
    "deit_base_distilled_patch16_224, 768, 198, 2"
  })
  void theForwardFunctionFitsTheShapesOfDeit(String name, long d, long tokens, long heads) {
    long layers = 12 * (2 * tokens * 12 * d * d + 4 * tokens * tokens * d);
    assertThat(flops(name)).isEqualTo(2 * 196 * 768 * d + layers + heads * 2 * d * 1000);
  }

  @ParameterizedTest
  @CsvSource({"cait_xs24_384, 288, 6", "cait_s24_384, 384, 8"})
  void theForwardFunctionFitsTheShapesOfCait(String name, long d, long heads) {
    long patches = 576;
    long mixed = 2 * 2 * heads * heads * patches * patches;
    long layers = 24 * (2 * patches * 12 * d * d + 4 * patches * patches * d + mixed);
    long all = patches + 1;
    // Keys and values of all tokens; query, projection and feed-forward layer of one.
    long classLayers = 2 * (2 * all * 2 * d * d + 4 * all * d + 2 * 10 * d * d);
    assertThat(flops(name)).isEqualTo(2 * patches * 768 * d + layers + classLayers + 2 * d * 1000);
  }

  private static long flops(String name) {
    ModelSpec<?> model = timm(name);
    return model
        .forTask(model.pretraining())
        .forwardFlops(model.forTask(model.pretraining()).batchSpecs(1, 1));
  }
}
