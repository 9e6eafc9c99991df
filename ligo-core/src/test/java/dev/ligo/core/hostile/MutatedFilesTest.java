package dev.ligo.core.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.LigoException;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.comparison.ComparisonResults;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.fixtures.FamilyTest;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.fixtures.TinyValues;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.OperatorFile;
import dev.ligo.core.growth.method.LigoMethod;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.train.MomentsFile;
import dev.ligo.core.train.RunIdentity;
import dev.ligo.core.train.TrainingDirectory;
import dev.ligo.core.train.TrainingOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of ligo's own that are damaged somewhere are read, or refused by an error in one line that
 * names the file. {@code -Dligo.mutations=N} damages each kind N times.
 */
@Timeout(600)
class MutatedFilesTest extends FamilyTest {
  private static final int MUTATIONS = Integer.getInteger("ligo.mutations", 150);

  @TempDir Path directory;

  /** What reads a file, and uses all that it says. */
  private interface Reader {
    void read(Path file) throws IOException;
  }

  private void assertTyped(Path file, UnaryOperator<byte[]> damage, Reader reader)
      throws IOException {
    byte[] whole = Files.readAllBytes(file);
    reader.read(file);
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] damaged = damage.apply(whole);
      Files.write(file, damaged);
      try {
        reader.read(file);
      } catch (LigoException e) {
        refused++;
        assertThat(e.getMessage()).doesNotContain("\n", "\u001b").hasSizeLessThan(2000);
        assertThat(e.getMessage()).contains(file.getParent().toString());
      } catch (RuntimeException e) {
        Path kept =
            Files.write(Files.createTempFile("damaged-", "-" + file.getFileName()), damaged);
        throw new AssertionError("damage " + i + " is no typed error, see " + kept, e);
      }
    }
    assertThat(refused).as("refused").isGreaterThan(MUTATIONS / 4);
    Files.write(file, whole);
  }

  private ModelSpec<?> model() {
    return TinyModel.OWN.get(0).model(ligo);
  }

  @Test
  void operators() throws IOException {
    GrowthPlan plan = GrowthPlan.of(model(), wide(12, 3, 20).withLayers(3).withVocabulary(13));
    Map<String, HostArray> small = TinyValues.of(plan.small(), 1);
    for (GrowthOperator operator :
        new GrowthOperator[] {
          new LigoMethod().operator(plan, 3), ligo.method("lemon").operator(plan, 3)
        }) {
      Path file = directory.resolve(operator.method() + "-operator.safetensors");
      OperatorFile.write(operator, file);
      assertTyped(
          file,
          new Mutations(1)::safetensors,
          f -> TinyModel.grown(backend, OperatorFile.read(f, plan), small));
    }
  }

  @Test
  void moments() throws IOException {
    Path trained = trained("moments");
    assertTyped(
        trained.resolve(MomentsFile.NAME),
        new Mutations(2)::safetensors,
        f -> {
          try (MomentsFile moments = MomentsFile.open(f, model().layout().shapes())) {
            moments.read();
          }
        });
  }

  /** Trains a model, with its moments and the record of it. */
  private Path trained(String name) {
    Path out = directory.resolve(name);
    ligo.pretrain(model(), Map.of(), 1)
        .data(batches())
        .backend(backend)
        .keepOptimizerState(true)
        .options(TrainingOptions.builder(2).learningRate(1e-3).build())
        .save(out);
    return out;
  }

  private static BatchSource batches() {
    return new BatchSource() {
      @Override
      public SortedMap<String, HostArray> batch(long index) {
        SortedMap<String, HostArray> batch = TinyValues.batches().batch(index);
        batch.computeIfPresent("masked_weights", (n, a) -> a.as(DType.FLOAT32));
        return batch;
      }

      @Override
      public long batchesPerPass() {
        return 3;
      }
    };
  }

  @Test
  void statesOfRuns() throws IOException {
    JsonObject run = new JsonObject();
    run.addProperty("seed", 7);
    Path out = directory.resolve("out");
    SortedMap<String, HostArray> values = TinyValues.of(model(), 1);
    try (TrainingDirectory work = TrainingDirectory.open(out, RunIdentity.of(run), false)) {
      work.save(3, values);
    }
    Path training = TrainingDirectory.beside(out);
    assertTyped(
        training.resolve("state-0000000003.safetensors"),
        new Mutations(3)::safetensors,
        f -> {
          try (TrainingDirectory work = TrainingDirectory.open(out, RunIdentity.of(run), true)) {
            assertThat(work.saved()).isPresent();
          }
        });
  }

  @Test
  void metricsNeverStopARun() throws IOException {
    JsonObject run = new JsonObject();
    Path out = directory.resolve("logged");
    try (TrainingDirectory work = TrainingDirectory.open(out, RunIdentity.of(run), false)) {
      work.save(3, TinyValues.of(model(), 1));
    }
    Path file = TrainingDirectory.beside(out).resolve("metrics.jsonl");
    Mutations mutations = new Mutations(4);
    for (int i = 0; i < MUTATIONS; i++) {
      Files.write(
          file,
          mutations.json(
              "{\"step\":2,\"seconds\":1.5,\"loss\":3}\n".getBytes(StandardCharsets.UTF_8)));
      try (TrainingDirectory work = TrainingDirectory.open(out, RunIdentity.of(run), true)) {
        assertThat(work.saved().orElseThrow().seconds()).isGreaterThanOrEqualTo(0).isFinite();
      }
    }
  }

  @Test
  void recordsOfTraining() throws IOException {
    Path trained = trained("trained");
    for (String record : new String[] {"training.json", "growth.json"}) {
      Path file = trained.resolve(record);
      Files.writeString(
          file,
          """
          {"total_flops": 12, "layers": {"encoder": {"sources": [0, 1, null], "inserted": [2]}},
           "old_entries": {"encoder.{}.weight": ["0-2 × 0-4,8-12 × 0-3"]},
           "lineage": [{"step": "grown", "method": "ligo", "source": "small",
             "source_sizes": {"parameters": 5}, "sizes": {"parameters": 9}}],
           "method": "ligo", "source": "small", "sha256": {"model.safetensors": "00"}}
          """);
      assertTypedRecord(file, trained);
      Files.delete(file);
    }
  }

  private void assertTypedRecord(Path file, Path trained) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Mutations mutations = new Mutations(5);
    for (int i = 0; i < MUTATIONS; i++) {
      Files.write(file, mutations.json(whole));
      try (Checkpoint checkpoint = ligo.open(trained)) {
        for (Runnable use :
            new Runnable[] {checkpoint::trainingFlops, checkpoint::origins, checkpoint::lineage}) {
          try {
            use.run();
          } catch (LigoException e) {
            assertThat(e.getMessage()).contains(file.getFileName().toString());
          }
        }
      }
    }
  }

  @Test
  void runsAndDescriptionsOfComparisons() throws IOException {
    Path comparison = directory.resolve("comparison");
    Path run = comparison.resolve("runs").resolve("scratch@0.001-1.json");
    Files.createDirectories(run.getParent());
    Path description = comparison.resolve("comparison.json");
    Files.writeString(
        description,
        """
        {"format": 2, "family": "tiny", "steps": 2, "config": {"n_inner": null},
         "settings": {"flops_per_forward": 3}, "candidates": {"scratch": {}}}
        """);
    Files.writeString(
        run,
        """
        {"candidate": "scratch", "seed": 1, "learning_rate": 0.001,
         "growing": {"flops": 5, "seconds": 1,
           "learning": {"first_loss": 9, "last_loss": 8, "movement": 0.1}, "drift": 0.5},
         "source_flops": 3, "machine": "one thread",
         "points": {"step": [0, 1, 2], "flops": [0, 1, 2], "seconds": [0, 1, 2],
           "loss": [9, 8, 7]}}
        """);
    Reader reader = f -> ComparisonResults.read(comparison).json();
    assertTyped(run, new Mutations(6)::json, reader);
    assertTyped(description, new Mutations(7)::json, reader);
  }

  @Test
  void sizesOfOtherModelsAreRefusedByName() throws IOException {
    GrowthPlan plan = GrowthPlan.of(model(), Sizes.SAME.withLayers(4));
    Path file = directory.resolve("deeper.safetensors");
    OperatorFile.write(ligo.method("stack").operator(plan, 1), file);
    GrowthPlan other = GrowthPlan.of(model(), Sizes.SAME.withLayers(6));
    assertThatThrownBy(() -> OperatorFile.read(file, other))
        .isInstanceOf(LigoException.class)
        .hasMessageContainingAll(file.toString(), "was made for other sizes");
  }
}
