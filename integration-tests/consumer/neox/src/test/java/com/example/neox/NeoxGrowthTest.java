package com.example.neox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.Backend;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.SafetensorsFile;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.Preservation;
import dev.ligo.core.growth.apply.OperatorApplication;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.TrainingOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** GPT-NeoX grown, trained and measured. */
@ParameterizedClass
@ValueSource(strings = {"pytorch", "tensorflow"})
class NeoxGrowthTest {
  /** Float64 roundings through a few layers. */
  private static final double EXACT = 1e-10;

  private static final long STEPS = 80;

  /** Targets of a source of 3 layers, hidden size 32 in 2 heads, 40 feed-forward units. */
  private static final List<Sizes> TARGETS =
      List.of(
          Sizes.SAME.withLayers(6),
          Sizes.SAME.withHidden(64),
          Sizes.SAME.withHidden(48),
          Sizes.SAME.withIntermediate(50),
          Sizes.SAME.withLayers(6).withHidden(64));

  private static final OpenBackends BACKENDS = new OpenBackends();

  private final Ligo ligo = Ligo.create();
  private final Backend backend;

  @TempDir Path directory;

  @AfterAll
  static void close() {
    BACKENDS.close();
  }

  NeoxGrowthTest(String name) {
    backend = BACKENDS.get(name);
  }

  private Checkpoint golden(String of) {
    return ligo.open(NeoxGoldenTest.GOLDEN.resolve(of));
  }

  /** Each of the methods that there are is defined for some target, and does what it says. */
  @ParameterizedTest
  @ValueSource(strings = {"lm", "lm-sequential", "lm-tied"})
  void everyMethodKeepsItsPromises(String of) {
    Set<String> grown = new TreeSet<>();
    Set<String> exact = new TreeSet<>();
    try (Checkpoint small = golden(of)) {
      for (GrowthMethod method : ligo.methods().values()) {
        for (Sizes sizes : TARGETS) {
          GrowthPlan plan = GrowthPlan.of(small.model(), sizes);
          Optional<Double> drift = drift(small, method, plan);
          if (drift.isPresent()) {
            grown.add(method.name());
            Preservation promise = method.preservation(plan);
            if (promise.degree() == Preservation.Degree.EXACT) {
              exact.add(method.name());
              assertThat(drift.get())
                  .as("%s to %s: %s", method.name(), sizes, promise)
                  .isLessThan(EXACT);
            } else {
              assertThat(drift.get())
                  .as("%s to %s: %s", method.name(), sizes, promise)
                  .isGreaterThan(1e-3);
            }
          }
        }
      }
    }
    assertThat(grown)
        .isEqualTo(
            ligo.methods().values().stream()
                .map(GrowthMethod::name)
                .collect(Collectors.toCollection(TreeSet::new)));
    assertThat(exact).contains("fpi", "hypercloning", "lemon", "llama-pro", "net2net", "staged");
  }

  /** Returns how far the logits move, relative to the largest; empty where a method refuses. */
  private Optional<Double> drift(Checkpoint small, GrowthMethod method, GrowthPlan plan) {
    GrowthOperator operator;
    try {
      operator = method.operator(plan, 3);
    } catch (GrowthException refused) {
      return Optional.empty();
    }
    Map<String, HostArray> large = new TreeMap<>();
    new OperatorApplication(operator, n -> small.read(n).as(DType.FLOAT64), () -> backend)
        .run(large::put);
    try (SafetensorsFile golden =
        SafetensorsFile.open(small.directory().path().resolve("golden.safetensors"))) {
      Map<String, HostArray> tokens = Computing.tokens(golden);
      HostArray before =
          Computing.run(
                  backend, Computing.logits(small.model()), small.values(), tokens, DType.FLOAT64)
              .get("logits");
      HostArray after =
          Computing.run(
                  backend,
                  Computing.logits(plan.amendedBy(operator).large()),
                  large,
                  tokens,
                  DType.FLOAT64)
              .get("logits");
      return Optional.of(Computing.error(after, before));
    }
  }

  /** Rotary positions have a frequency for each pair of a head's units. */
  @ParameterizedTest
  @ValueSource(strings = {"fpi", "hypercloning", "lemon", "ligo"})
  void headsThatWouldBecomeWiderAreRefused(String method) {
    try (Checkpoint small = golden("lm")) {
      assertThatThrownBy(
              () ->
                  ligo.grow(small, method)
                      .to(Sizes.SAME.withHidden(64).withHeads(2))
                      .backend(backend)
                      .data(TinyText.in(directory, true))
                      .save(directory.resolve("grown")))
          .isInstanceOf(GrowthException.class)
          .hasMessageContaining("whole heads")
          .hasMessageContaining("from 16 to 32 units");
    }
    assertThat(directory.resolve("grown")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "copy, 5, 64, 4",
    "stack, 7, 32, 2",
    "interpolation, 5, 32, 2",
    "fpi, 5, 48, 3",
    "ligo, 5, 48, 3"
  })
  void whatAMethodGrowsTrains(String method, int layers, int hidden, int heads) {
    Path grown = directory.resolve(method);
    try (Checkpoint small = golden("lm")) {
      ligo.grow(small, method)
          .to(Sizes.SAME.withLayers(layers).withHidden(hidden))
          .backend(backend)
          .data(TinyText.in(directory, true))
          .training(OperatorTraining.Options.of(4, 1e-3))
          .save(grown)
          .learning()
          .ifPresent(l -> assertThat(l.losses()).hasSize(4));
    }
    try (Checkpoint large = ligo.open(grown)) {
      assertThat(large.model().json().get("num_attention_heads").getAsInt()).isEqualTo(heads);
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

  /** The golden file holds the SHA-256 of the weights that transformers read. */
  @ParameterizedTest
  @CsvSource({
    "lm, fpi, 5, 64",
    "lm, lemon, 4, 48",
    "lm-sequential, hypercloning, 3, 64",
    "lm-tied, copy, 4, 48"
  })
  void theGrownCheckpointIsTheOneThatPythonOpened(
      String of, String method, int layers, int hidden) {
    Path grown = directory.resolve(of + method);
    try (Checkpoint small = golden(of)) {
      ligo.grow(small, method)
          .to(Sizes.SAME.withLayers(layers).withHidden(hidden))
          .seed(11)
          .save(grown);
    }
    Path file =
        NeoxGoldenTest.GOLDEN.resolveSibling("grown").resolve(of + "-" + method + ".safetensors");
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
          .isLessThanOrEqualTo(NeoxGoldenTest.OUTPUT);
    }
  }
}
