package com.example.olmo2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.ligo.api.Backend;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Growth;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.SafetensorsFile;
import dev.ligo.core.growth.Copies;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.apply.OperatorApplication;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.growth.method.FpiMethod;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.TrainingOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OLMo 2 grown, trained and measured. */
@ParameterizedClass
@ValueSource(strings = {"pytorch", "tensorflow"})
class Olmo2GrowthTest {
  /** Float64 roundings through a few layers. */
  private static final double EXACT = 1e-10;

  private static final long STEPS = 80;

  private static final OpenBackends BACKENDS = new OpenBackends();

  private final Ligo ligo = Ligo.create();
  private final Backend backend;

  @TempDir Path directory;

  @AfterAll
  static void close() {
    BACKENDS.close();
  }

  Olmo2GrowthTest(String name) {
    backend = BACKENDS.get(name);
  }

  private Checkpoint golden(String of) {
    return ligo.open(Olmo2GoldenTest.GOLDEN.resolve(of));
  }

  @ParameterizedTest
  @CsvSource({
    "copy, 5, 48, 8, 4",
    "stack, 7, 24, 4, 2",
    "interpolation, 5, 24, 4, 2",
    "fpi, 5, 36, 6, 3",
    "ligo, 5, 36, 6, 3"
  })
  void whatAMethodGrowsTrains(String method, int layers, int hidden, int heads, int keyValueHeads) {
    Path grown = directory.resolve(method);
    try (Checkpoint small = golden("lm")) {
      Growth.Report report =
          ligo.grow(small, method)
              .to(Sizes.SAME.withLayers(layers).withHidden(hidden))
              .backend(backend)
              .data(TinyText.in(directory, true))
              .training(OperatorTraining.Options.of(4, 1e-3))
              .save(grown);
      report.learning().ifPresent(l -> assertThat(l.losses()).hasSize(4));
    }
    try (Checkpoint large = ligo.open(grown)) {
      assertThat(large.model().json().get("num_attention_heads").getAsInt()).isEqualTo(heads);
      assertThat(large.model().json().get("num_key_value_heads").getAsInt())
          .isEqualTo(keyValueHeads);
      train(large, directory.resolve(method + "-trained"));
    }
  }

  /** Text that repeats is learned: the loss falls. */
  private void train(Checkpoint large, Path trained) {
    double before = ligo.evaluate(large, backend, TinyText.in(directory, false), 4).get("loss");
    ligo.pretrain(large, 1)
        .data(TinyText.in(directory, true))
        .backend(backend)
        .options(
            TrainingOptions.builder(STEPS)
                .decay(Schedule.Decay.CONSTANT)
                .learningRate(1e-2)
                .warmup(0)
                .optimizer(Optimizer.adamW(0))
                .build())
        .save(trained);
    try (Checkpoint after = ligo.open(trained)) {
      assertThat(ligo.evaluate(after, backend, TinyText.in(directory, false), 4).get("loss"))
          .isLessThan(0.7 * before);
    }
  }

  /**
   * Copies of whole groups, of queries inside their groups and of residual units leave the function
   * as it is if all have equally many: norms go along the stream, and along all heads together.
   */
  @ParameterizedTest
  @CsvSource({
    "lm, CIRCULAR, 48, 8, true", // groups doubled
    "lm, CIRCULAR, 24, 8, true", // at the same hidden size
    "lm, CIRCULAR, 24, 6, false", // groups 2 to 3
    "lm, RANDOM, 24, 6, false",
    "lm-tied-one-key, CIRCULAR, 48, 8, true", // queries doubled inside the only group
    "lm-tied-one-key, RANDOM, 24, 6, false",
    "lm-sharded, CIRCULAR, 48, 12, true", // a key for every query
    "lm, CIRCULAR, 36, 6, false",
    "lm, RANDOM, 48, 8, false"
  })
  void fpiKeepsTheFunctionWhereUnitsAreCopiedEqually(
      String of, Copies.Order order, int hidden, int heads, boolean preserved) {
    try (Checkpoint small = golden(of);
        SafetensorsFile golden =
            SafetensorsFile.open(
                Olmo2GoldenTest.GOLDEN.resolve(of).resolve("golden.safetensors"))) {
      GrowthPlan plan =
          GrowthPlan.of(
              small.model(), Sizes.SAME.withHidden(hidden).withHeads(heads).withIntermediate(70));
      Map<String, HostArray> large = new TreeMap<>();
      new OperatorApplication(
              new FpiMethod(order).operator(plan, 3),
              n -> small.read(n).as(DType.FLOAT64),
              () -> backend)
          .run(large::put);
      Map<String, HostArray> tokens = Computing.tokens(golden);
      HostArray before =
          Computing.run(
                  backend, Computing.logits(small.model()), small.values(), tokens, DType.FLOAT64)
              .get("logits");
      HostArray after =
          Computing.run(backend, Computing.logits(plan.large()), large, tokens, DType.FLOAT64)
              .get("logits");
      if (preserved) {
        assertThat(Computing.error(after, before)).isLessThan(EXACT);
      } else {
        assertThat(Computing.error(after, before)).isGreaterThan(1e-3);
      }
    }
  }

  /** Rotary positions have a frequency for each pair of a head's units. */
  @Test
  void headsThatWouldBecomeWiderAreRefused() {
    try (Checkpoint small = golden("lm")) {
      JsonObject json = small.model().resized(Sizes.SAME.withHidden(48)).json();
      json.addProperty("head_dim", 12);
      ModelSpec<?> large = ModelSpec.of(small.model().architecture(), json, n -> true);
      assertThatThrownBy(() -> new GrowthPlan(small.model(), large))
          .isInstanceOf(GrowthException.class)
          .hasMessageContaining("whole heads")
          .hasMessageContaining("from 6 to 12 units");
    }
  }

  /** The golden file holds the SHA-256 of the weights that transformers read. */
  @ParameterizedTest
  @CsvSource({
    "lm, fpi, 5, 48, 8",
    "lm-tied-one-key, fpi, 4, 48, 6",
    "lm-sharded, stack, 6, 24, 4",
    "lm, copy, 4, 48, 8"
  })
  void theGrownCheckpointIsTheOneThatPythonOpened(
      String of, String method, int layers, int hidden, int heads) {
    Path grown = directory.resolve(of + method);
    try (Checkpoint small = golden(of)) {
      ligo.grow(small, method)
          .to(Sizes.SAME.withLayers(layers).withHidden(hidden).withHeads(heads))
          .seed(11)
          .save(grown);
    }
    Path file =
        Olmo2GoldenTest.GOLDEN.resolveSibling("grown").resolve(of + "-" + method + ".safetensors");
    try (Checkpoint large = ligo.open(grown);
        SafetensorsFile golden = SafetensorsFile.open(file)) {
      assertThat(large.directory().sha256().get("model.safetensors"))
          .isEqualTo(golden.metadata().get("sha256/model.safetensors"));
      HostArray logits =
          Computing.run(
                  backend,
                  Computing.logits(large.model()),
                  large.values(),
                  Computing.tokens(golden),
                  DType.FLOAT32)
              .get("logits");
      assertThat(Computing.error(logits, golden.read("logits")))
          .isLessThanOrEqualTo(Olmo2GoldenTest.OUTPUT);
    }
  }
}
