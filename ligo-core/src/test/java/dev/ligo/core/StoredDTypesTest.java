package dev.ligo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.IllegalUseException;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.fixtures.FamilyTest;
import dev.ligo.core.fixtures.TinyTransformer;
import dev.ligo.core.fixtures.TinyValues;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.growth.method.LigoMethod;
import dev.ligo.core.growth.method.LigoOptions;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.train.ChangedRunException;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.RunIdentity;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The dtypes of a model in memory, in its files and in its config. */
class StoredDTypesTest extends FamilyTest {
  private static final Sizes WIDER = Sizes.SAME.withHidden(16);
  private static final Sizes DEEPER = Sizes.SAME.withLayers(4);
  private static final String QUERY = "layers.%d.attention.query.weight";

  /** One batch, in the dtype in which models compute. */
  private static final BatchSource BATCHES =
      new BatchSource() {
        @Override
        public SortedMap<String, HostArray> batch(long index) {
          SortedMap<String, HostArray> batch = TinyValues.batches().batch(0);
          batch.computeIfPresent("masked_weights", (n, a) -> a.as(DType.FLOAT32));
          return batch;
        }

        @Override
        public long batchesPerPass() {
          return 1;
        }
      };

  @TempDir Path directory;

  /** Norms in float32, the second layer's query in float64, the rest in half precision. */
  private static FileDType mixed(String name) {
    if (name.equals(QUERY.formatted(1))) {
      return FileDType.F64;
    }
    return name.contains("norm") ? FileDType.F32 : FileDType.F16;
  }

  private Path source(Function<String, FileDType> dtype, Map<String, String> config) {
    return source(dtype, config, Map.of());
  }

  /** Writes an encoder of 2 layers × 8, with values of its own for some first elements. */
  private Path source(
      Function<String, FileDType> dtype, Map<String, String> config, Map<String, Double> first) {
    JsonObject json = TinyTransformer.json(TinyTransformer.Form.ENCODER, 2, 8, 2, 12);
    config.forEach(json::addProperty);
    ModelSpec<?> encoder = ligo.model(json);
    ModelSpec<?> model = encoder.withHead(encoder.pretraining());
    SortedMap<String, HostArray> values = TinyValues.of(model, 1);
    first.forEach((n, v) -> values.get(n).set(0, v));
    Path path = directory.resolve("source");
    try (CheckpointWriter writer =
        CheckpointWriter.create(path, model, Dialect.CANONICAL, dtype, Map.of())) {
      values.forEach(writer::write);
      writer.finish(Map.of(), "", Map.of());
    }
    return path;
  }

  private Growth growth(Checkpoint small, String method, Sizes sizes) {
    return ligo.grow(small, method).to(sizes).backend(backend).seed(5);
  }

  private static JsonObject config(Path path) {
    return HuggingFaceDirectory.readConfig(path.resolve("config.json"));
  }

  private Training training(Checkpoint checkpoint, long steps) {
    TrainingOptions options =
        new TrainingOptions(
            steps,
            1,
            new Schedule(Schedule.Decay.CONSTANT, 1e-3, 0, steps, 0),
            Optimizer.adamW(0),
            steps,
            1,
            7);
    return ligo.pretrain(checkpoint, 0).data(BATCHES).backend(backend).options(options);
  }

  private static void assertStored(Path path, FileDType dtype, String name) {
    try (HuggingFaceDirectory files = HuggingFaceDirectory.open(path)) {
      assertThat(files.tensors().values()).allMatch(s -> s.dtype() == dtype);
      assertThat(files.config().get("dtype").getAsString()).isEqualTo(name);
      assertThat(files.config().get("torch_dtype").getAsString()).isEqualTo(name);
    }
  }

  @Test
  void whatIsTrainedIsStoredAsItWasTrainedOrAsItIsAskedToBe() {
    Path source =
        source(n -> FileDType.BF16, Map.of("dtype", "bfloat16", "torch_dtype", "torch.bfloat16"));
    Path trained = directory.resolve("trained");
    try (Checkpoint checkpoint = ligo.open(source)) {
      training(checkpoint, 2).save(trained);
      assertStored(trained, FileDType.F32, "float32");
      for (FileDType asked : new FileDType[] {FileDType.BF16, FileDType.F16}) {
        Path rounded = directory.resolve(asked.name());
        training(checkpoint, 2).dtype(asked).save(rounded);
        assertThat(config(rounded).get("dtype").getAsString()).isEqualTo(asked.configName());
        try (Checkpoint before = ligo.open(trained);
            Checkpoint after = ligo.open(rounded)) {
          HostArray full = before.read(QUERY.formatted(0));
          HostArray half = after.read(QUERY.formatted(0));
          double ulps = asked == FileDType.BF16 ? 0x1p-8 : 0x1p-11;
          for (int i = 0; i < full.size(); i++) {
            assertThat(Math.abs(half.get(i) - full.get(i)))
                .isLessThanOrEqualTo(ulps * Math.abs(full.get(i)));
          }
        }
      }
    }
  }

  @Test
  void aConfigNamesTheDtypeAsTransformersWritesItAndOneThatNamesNoneNamesNone() {
    Path source = source(n -> FileDType.BF16, Map.of("torch_dtype", "torch.bfloat16"));
    try (Checkpoint small = ligo.open(source)) {
      growth(small, "stack", DEEPER).save(directory.resolve("kept"));
      growth(small, "stack", DEEPER).dtype(FileDType.F32).save(directory.resolve("full"));
    }
    assertThat(config(directory.resolve("kept")).get("torch_dtype").getAsString())
        .isEqualTo("bfloat16");
    assertThat(config(directory.resolve("full")).get("torch_dtype").getAsString())
        .isEqualTo("float32");
    assertThat(config(directory.resolve("full")).has("dtype")).isFalse();
  }

  @Test
  void modelsComputeInFloat32WhateverTheirFilesStore() {
    try (Checkpoint checkpoint = ligo.open(source(StoredDTypesTest::mixed, Map.of()))) {
      assertThat(checkpoint.read(QUERY.formatted(1)).dtype()).isEqualTo(DType.FLOAT64);
      assertThat(checkpoint.values().values()).allMatch(a -> a.dtype() == DType.FLOAT32);
      assertThat(checkpoint.values(checkpoint.model(), 0).values())
          .allMatch(a -> a.dtype() == DType.FLOAT32);
      training(checkpoint, 2).save(directory.resolve("trained"));
      assertThat(
              ligo.evaluate(
                      checkpoint,
                      checkpoint.model().pretraining(),
                      backend,
                      BATCHES,
                      ProgressListener.SILENT)
                  .get("loss"))
          .isFinite();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyMethodGrowsMixturesAndFloat64(boolean mixed) {
    Path source = source(mixed ? StoredDTypesTest::mixed : n -> FileDType.F64, Map.of());
    int grown = 0;
    try (Checkpoint small = ligo.open(source)) {
      for (GrowthMethod method : ligo.methods().values()) {
        for (Sizes sizes : new Sizes[] {WIDER, DEEPER}) {
          Path out = directory.resolve(method.name() + grown);
          try {
            growth(small, method.name(), sizes)
                .data(BATCHES)
                .training(OperatorTraining.Options.of(2, 1e-3))
                .measureDrift(true)
                .save(out);
          } catch (GrowthException refused) {
            continue;
          }
          grown++;
          try (Checkpoint large = ligo.open(out)) {
            assertThat(large.dtype(QUERY.formatted(0))).isEqualTo(FileDType.F64);
          }
        }
      }
    }
    assertThat(grown).isGreaterThan(12);
  }

  /** An operator with scales that were learned is whole in its file, for every type of weights. */
  @ParameterizedTest
  @EnumSource(
      value = FileDType.class,
      names = {"BF16", "F16", "F64"})
  void scalesThatWereLearnedAreAppliedFromAFile(FileDType dtype) {
    LigoOptions beside =
        LigoOptions.defaults().withStart(ligo.method("copy")).withScaleRate(30).withRank(2);
    try (Checkpoint small = ligo.open(source(n -> dtype, Map.of()))) {
      growth(small, "copy", WIDER).save(directory.resolve("copy"));
      for (LigoOptions options : List.of(beside, beside.withOnlyScales())) {
        String name = options.onlyScales() ? "alone" : "beside";
        GrowthMethod method = new LigoMethod(options);
        Path file = directory.resolve(name + ".safetensors");
        grown(small, method, name, g -> g.operatorTo(file));
        grown(small, method, name + "-again", g -> g.operatorFrom(file));
        assertSame(name, name + "-again", true);
        assertSame(name, "copy", false);
      }
      grown(small, new LigoMethod(beside.withOnlyScales().unlearned()), "begun", g -> g);
      assertSame("begun", "copy", true);
    }
  }

  private void grown(
      Checkpoint small, GrowthMethod method, String name, UnaryOperator<Growth> how) {
    Growth growth = ligo.grow(small, method).to(WIDER).backend(backend).seed(5).data(BATCHES);
    how.apply(growth.training(OperatorTraining.Options.of(2, 1e-3))).save(directory.resolve(name));
  }

  private void assertSame(String name, String other, boolean same) {
    try (Checkpoint a = ligo.open(directory.resolve(name));
        Checkpoint b = ligo.open(directory.resolve(other))) {
      String query = QUERY.formatted(1);
      assertThat(a.read(query).bytes().equals(b.read(query).bytes()))
          .as("%s and %s", name, other)
          .isEqualTo(same);
    }
  }

  @Test
  void copiesOfMixturesLoseNothing() {
    try (Checkpoint small = ligo.open(source(StoredDTypesTest::mixed, Map.of()))) {
      growth(small, "stack", DEEPER).save(directory.resolve("grown"));
      try (Checkpoint large = ligo.open(directory.resolve("grown"))) {
        for (int l = 0; l < 4; l++) {
          HostArray copy = large.read(QUERY.formatted(l));
          HostArray of = small.read(QUERY.formatted(l % 2));
          assertThat(copy.toDoubles()).containsExactly(of.toDoubles());
        }
        assertThat(large.dtype("layers.3.attention.norm.weight")).isEqualTo(FileDType.F32);
        assertThat(large.dtype("layers.3.attention.key.weight")).isEqualTo(FileDType.F16);
      }
    }
  }

  /** Through float32 the number would become a tie, and go down to the even 1. */
  @Test
  void aValueIsRoundedOnce() {
    Map<String, Double> first = Map.of(QUERY.formatted(0), 1 + 0x1p-8 + 0x1p-40);
    try (Checkpoint small = ligo.open(source(n -> FileDType.F64, Map.of(), first))) {
      growth(small, "stack", DEEPER).dtype(FileDType.BF16).save(directory.resolve("half"));
    }
    try (Checkpoint half = ligo.open(directory.resolve("half"))) {
      assertThat(half.read(QUERY.formatted(2)).get(0)).isEqualTo(1 + 0x1p-7);
    }
  }

  @Test
  void whatOverflowsIsRefusedByNameAndNothingIsLeft() {
    Map<String, Double> first = Map.of(QUERY.formatted(1), 70_000.0);
    try (Checkpoint small = ligo.open(source(n -> FileDType.F32, Map.of(), first))) {
      assertThatThrownBy(
              () ->
                  growth(small, "stack", DEEPER)
                      .dtype(FileDType.F16)
                      .save(directory.resolve("half")))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(QUERY.formatted(1))
          .hasMessageContaining("70000")
          .hasMessageContaining("F16");
      assertThat(directory.toFile().list()).containsExactly("source");
      assertThatThrownBy(() -> growth(small, "stack", DEEPER).dtype(FileDType.I32))
          .isInstanceOf(IllegalUseException.class)
          .hasMessageContaining("I32");
    }
  }

  @Test
  void trainingThatCannotBeStoredIsNotLost() {
    Map<String, Double> first = Map.of("head.bias", 70_000.0);
    try (Checkpoint small = ligo.open(source(n -> FileDType.F32, Map.of(), first))) {
      Path out = directory.resolve("out");
      assertThatThrownBy(() -> training(small, 3).dtype(FileDType.F16).save(out))
          .hasMessageContaining("head.bias");
      assertThat(out).doesNotExist();
      assertThatThrownBy(() -> training(small, 3).resume(true).save(out))
          .isInstanceOf(ChangedRunException.class)
          .hasMessageContaining("another dtype (float16");
      training(small, 3).resume(true).allowChanged(Set.of(RunIdentity.DTYPE)).save(out);
      training(small, 3).save(directory.resolve("at-once"));
      assertThat(out.resolve("model.safetensors"))
          .hasSameBinaryContentAs(directory.resolve("at-once").resolve("model.safetensors"));
    }
  }

  @Test
  void aFloat64ThatFloat32CannotHoldIsRefusedWhereModelsCompute() {
    Map<String, Double> first = Map.of(QUERY.formatted(0), 1e300);
    try (Checkpoint small = ligo.open(source(n -> FileDType.F64, Map.of(), first))) {
      assertThatThrownBy(small::values)
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(QUERY.formatted(0))
          .hasMessageContaining("float32");
    }
  }

  private Growth.Report measured(Checkpoint small, String method, Sizes sizes, FileDType dtype) {
    Growth growth = growth(small, method, sizes).data(BATCHES).measureDrift(true).dtype(dtype);
    return growth.save(directory.resolve(method + dtype));
  }

  @Test
  void whatIsClaimedAndMeasuredIsOfWhatIsWritten() throws IOException {
    try (Checkpoint small = ligo.open(source(n -> FileDType.F32, Map.of()))) {
      for (String method : new String[] {"lemon", "hypercloning"}) {
        Growth.Report full = measured(small, method, WIDER, FileDType.F32);
        assertThat(full.preservation().rounding()).isEmpty();
        assertThat(full.drift().getAsDouble()).isLessThan(1e-5); // float32 through 2 layers
        Growth.Report half = measured(small, method, WIDER, FileDType.BF16);
        assertThat(half.preservation().rounding()).isEqualTo(Optional.of(FileDType.BF16));
        assertThat(half.drift().getAsDouble()).isBetween(1e-4, 0.2); // digits of bfloat16: 2⁻⁸
        Path out = directory.resolve(method + "BF16");
        assertThat(Files.readString(out.resolve("README.md")))
            .contains(
                "The function stays up to rounding in BF16: ", half.measured().get().substring(1));
        assertThat(Files.readString(out.resolve("growth.json")))
            .contains("up to rounding in BF16", "\"measured_drift\"");
      }
    }
  }

  @Test
  void copiesInHalfPrecisionAreOfTheFunctionItself() {
    Path source = source(n -> FileDType.BF16, Map.of());
    try (Checkpoint small = ligo.open(source)) {
      Growth.Report kept = measured(small, "staged", WIDER, FileDType.BF16);
      assertThat(kept.preservation().rounding()).isEmpty();
      assertThat(kept.drift().getAsDouble()).isLessThan(1e-5);
      Growth.Report other = measured(small, "staged", WIDER, FileDType.F16);
      assertThat(other.preservation().rounding()).isEqualTo(Optional.of(FileDType.F16));
    }
  }
}
