package dev.ligo.it.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.UnknownNameException;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Growth;
import dev.ligo.core.Ligo;
import dev.ligo.core.growth.Copies;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.apply.OperatorApplication;
import dev.ligo.core.growth.method.FpiMethod;
import dev.ligo.core.growth.method.LigoMethod;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.ConfigOverrides;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Growing the golden checkpoints of ViT, DeiT and CaiT. */
class VisionGrowthTest {
  /** Float64 roundings through a few layers. */
  private static final double EXACT = 1e-10;

  private static final Path VISION = Golden.ROOT.resolve("vit");

  private static GoldenBackends backends;
  private static Ligo ligo;

  @TempDir Path directory;

  @BeforeAll
  static void open() {
    backends = new GoldenBackends();
    ligo = Ligo.create();
  }

  @AfterAll
  static void close() {
    backends.close();
  }

  @ParameterizedTest
  @CsvSource({"vit, vit-timm", "deit, deit-timm"})
  void bothDialectsOfOneModelHaveOneOperatorAndOneResult(String one, String other) {
    try (Checkpoint a = ligo.open(VISION.resolve(one));
        Checkpoint b = ligo.open(VISION.resolve(other))) {
      assertThat(b.shapes()).isEqualTo(a.shapes());
      Sizes sizes = Sizes.SAME.withLayers(5).withHidden(40).withIntermediate(60);
      for (GrowthMethod method : List.of(new FpiMethod(), new LigoMethod())) {
        GrowthOperator first = method.operator(GrowthPlan.of(a.model(), sizes), 3);
        GrowthOperator second = method.operator(GrowthPlan.of(b.model(), sizes), 3);
        assertThat(second.parameters().keySet()).isEqualTo(first.parameters().keySet());
        first
            .parameters()
            .forEach(
                (n, g) ->
                    assertThat(second.parameters().get(n).parts()).as(n).isEqualTo(g.parts()));
        assertThat(second.factors().keySet()).isEqualTo(first.factors().keySet());
        Map<String, HostArray> grown = apply(first, a);
        Map<String, HostArray> again = apply(second, b);
        assertThat(again.keySet()).isEqualTo(grown.keySet());
        grown.forEach((n, v) -> assertThat(again.get(n).bytes()).as(n).isEqualTo(v.bytes()));
      }
    }
  }

  private static Map<String, HostArray> apply(GrowthOperator operator, Checkpoint source) {
    Map<String, HostArray> out = new TreeMap<>();
    new OperatorApplication(operator, source::read, () -> backends.get(GoldenBackends.NAMES.get(0)))
        .run(out::put);
    return out;
  }

  /**
   * Every unit copied equally often, the function stays: normalization sees the same statistics,
   * and heads that talk mix the same scores. Unequal copies change it.
   */
  @ParameterizedTest
  @CsvSource({
    "vit, CIRCULAR, 48, 6, 80, true",
    "vit, CIRCULAR, 48, 3, 80, true", // head width doubled: the query makes up for the scale
    "vit, CIRCULAR, 48, 6, 63, true", // feed-forward units copied unequally
    "vit, CIRCULAR, 40, 5, 80, false",
    "vit, RANDOM, 48, 6, 80, false",
    "vit-no-qkv-bias, CIRCULAR, 72, 9, 80, true",
    "deit-timm, CIRCULAR, 48, 6, 80, true",
    "cait, CIRCULAR, 48, 6, 96, true",
    "cait, CIRCULAR, 48, 4, 96, true", // heads 3 to 4, head width 8 to 12
    "cait, CIRCULAR, 48, 3, 96, true",
    "cait, CIRCULAR, 32, 4, 64, false"
  })
  void fpiPreservesTheFunctionWhereCopiesAreEqual(
      String name, Copies.Order order, int hidden, int heads, int intermediate, boolean preserved) {
    try (Golden golden = new Golden("vit", name);
        Checkpoint small = ligo.open(golden.directory())) {
      Sizes sizes = Sizes.SAME.withHidden(hidden).withHeads(heads).withIntermediate(intermediate);
      GrowthPlan plan = GrowthPlan.of(small.model(), sizes);
      Map<String, HostArray> large = new TreeMap<>();
      new OperatorApplication(
              new FpiMethod(order).operator(plan, 1),
              n -> small.read(n).as(DType.FLOAT64),
              () -> backends.get(GoldenBackends.NAMES.get(0)))
          .run(large::put);
      double drift = Golden.error(logits(plan.large(), large, golden), golden.get("logits"));
      if (preserved) {
        assertThat(drift).isLessThan(EXACT);
      } else {
        assertThat(drift).isGreaterThan(1e-3);
      }
    }
  }

  private static HostArray logits(
      ModelSpec<?> model, Map<String, HostArray> values, Golden golden) {
    return backends
        .run(
            GoldenBackends.NAMES.get(0),
            ImageBatch.outputs(model),
            values,
            ImageBatch.of(golden, DType.FLOAT64),
            DType.FLOAT64)
        .get("logits");
  }

  @Test
  void methodsThatOnlyDeepenRefuseTalkingHeadsThatWouldGrow() {
    try (Checkpoint small = ligo.open(VISION.resolve("cait"))) {
      for (String method : new String[] {"stack", "interpolation"}) {
        assertThatThrownBy(
                () ->
                    ligo.grow(small, method)
                        .to(Sizes.SAME.withHidden(32).withHeads(4))
                        .save(directory.resolve("grown")))
            .isInstanceOf(GrowthException.class)
            .hasMessageContaining("only deepens");
        assertThat(directory.resolve("grown")).doesNotExist();
      }
    }
  }

  @Test
  void theSecondStackKeepsItsDepth() {
    try (Checkpoint small = ligo.open(VISION.resolve("cait"))) {
      ligo.grow(small, "stack").to(Sizes.SAME.withLayers(7)).save(directory.resolve("grown"));
    }
    try (Checkpoint large = ligo.open(directory.resolve("grown"))) {
      assertThat(large.model().layout().stacks())
          .isEqualTo(Map.of("blocks", 7, "blocks_token_only", 2));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "vit, num_labels=9, classifier.weight",
    "vit-timm, num_classes=9, classifier.weight",
    "deit, num_labels=9, distillation_classifier.weight",
    "cait, num_classes=9, head.weight"
  })
  void aHeadForOtherLabelsBeginsAfreshAndTheReportSaysSo(
      String name, String override, String head) {
    Growth.Report report;
    try (Checkpoint small =
        ligo.open(VISION.resolve(name), ConfigOverrides.parse(List.of(override)))) {
      assertThat(small.outgrownHeads()).hasSize(1);
      report = ligo.grow(small, "stack").to(Sizes.SAME.withLayers(4)).save(directory.resolve("g"));
    }
    assertThat(report.notes()).hasSize(1);
    assertThat(report.notes().get(0)).contains("another size", "a fresh one is initialized");
    try (Checkpoint large = ligo.open(directory.resolve("g"))) {
      assertThat(large.shapes().get(head).dim(0)).isEqualTo(9);
      assertThat(large.outgrownHeads()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "vit; image_size=[16,16]; vit.embeddings.position_embeddings; 17",
        "deit-timm; model_args.img_size=16; deit.embeddings.position_embeddings; 18",
        "cait; model_args.img_size=[4,8]; pos_embed; 2"
      })
  void aGrownModelTakesTheImagesThatWereAskedFor(
      String name, String override, String table, int positions) {
    try (Checkpoint small =
        ligo.open(VISION.resolve(name), ConfigOverrides.parse(List.of(override)))) {
      ligo.grow(small, "fpi").to(Sizes.SAME.withHidden(48)).save(directory.resolve("g"));
    }
    try (Checkpoint large = ligo.open(directory.resolve("g"))) {
      assertThat(large.shapes().get(table).dim(1)).isEqualTo(positions);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "patch_size=2; patch_embeddings.projection.weight",
        "num_hidden_layers=2; layers",
        "intermediate_size=48; Growing changes",
        "image_size=[9,12]; not covered by patches",
        "hidden_act=\"quadratic\"; one of gelu"
      })
  void valuesThatWouldNeedOtherWeightsAreRefused(String override, String reason) {
    assertThatThrownBy(
            () -> ligo.open(VISION.resolve("vit"), ConfigOverrides.parse(List.of(override))))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void aKeyThatNobodyReadsIsRefusedWithThoseThereAre() {
    assertThatThrownBy(
            () -> ligo.open(VISION.resolve("vit"), ConfigOverrides.parse(List.of("img_size=16"))))
        .isInstanceOf(UnknownNameException.class)
        .hasMessageContaining("img_size")
        .hasMessageContaining("image_size");
  }
}
