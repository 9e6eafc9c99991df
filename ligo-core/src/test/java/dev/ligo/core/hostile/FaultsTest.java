package dev.ligo.core.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendException;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.CheckpointWriter;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.fixtures.TinyTransformer;
import dev.ligo.core.fixtures.TinyValues;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.io.Abandoned;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.train.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A backend that fails at some call loses nothing: all arrays are closed, nothing is half-written,
 * and the run that is continued gives the bytes of one that was not interrupted. {@code
 * -Dligo.faults=all} lets every single call fail.
 */
class FaultsTest {
  /** The calls of a run that fail, of some hundred. */
  private static final int SOME = 24;

  private final Ligo ligo = TinyTransformer.ligo();

  @TempDir Path directory;

  /** A run to a directory, which goes on where it was interrupted. */
  private interface Run {
    void to(Path out, Backend backend);
  }

  private static BatchSource batches() {
    return new BatchSource() {
      @Override
      public SortedMap<String, HostArray> batch(long index) {
        SortedMap<String, HostArray> batch = TinyValues.batches().batch(index % 3);
        batch.computeIfPresent("masked_weights", (n, a) -> a.as(DType.FLOAT32));
        return batch;
      }

      @Override
      public long batchesPerPass() {
        return 3;
      }
    };
  }

  private void pretrain(Path out, Backend backend) {
    ModelSpec<?> model = TinyModel.OWN.get(0).model(ligo);
    ligo.pretrain(model, Map.of(), 1)
        .data(batches())
        .evaluateOn(batches())
        .backend(backend)
        .saveEvery(2)
        .resume(true)
        .keepOptimizerState(true)
        .options(TrainingOptions.builder(5).learningRate(1e-2).evaluateEvery(2).build())
        .save(out);
  }

  private Path source() {
    Path path = directory.resolve("source");
    if (!Files.exists(path)) {
      ModelSpec<?> model = TinyModel.OWN.get(0).model(ligo);
      try (CheckpointWriter writer =
          CheckpointWriter.create(
              path, model, Dialect.CANONICAL, name -> FileDType.F32, Map.of())) {
        model.initialValues(DType.FLOAT32, 1).forEach(writer::write);
        writer.finish(Map.of(), "", Map.of());
      }
    }
    return path;
  }

  private void grow(Path out, Backend backend) {
    try (Checkpoint small = ligo.open(source())) {
      ligo.grow(small, "ligo")
          .to(Sizes.SAME.withLayers(3).withHidden(12).withHeads(3))
          .backend(backend)
          .data(batches())
          .training(OperatorTraining.Options.of(3, 1e-2))
          .resume(true)
          .save(out);
    }
  }

  @Test
  void trainingLosesNothing() throws IOException {
    assertNothingIsLost(this::pretrain, false);
    assertNothingIsLost(this::pretrain, true);
  }

  @Test
  void learningAnOperatorAndGrowingByItLosesNothing() throws IOException {
    assertNothingIsLost(this::grow, false);
    assertNothingIsLost(this::grow, true);
  }

  private void assertNothingIsLost(Run run, boolean withError) throws IOException {
    FaultyProvider provider = new FaultyProvider(withError);
    Path whole = directory.resolve("whole");
    Path out = directory.resolve("out");
    try (Backend backend = Backend.open(provider, BackendOptions.cpu())) {
      run.to(whole, backend);
      long calls = provider.calls();
      assertThat(backend.liveArrays()).isZero();
      long stride =
          System.getProperty("ligo.faults", "").equals("all") ? 1 : Math.max(1, calls / SOME);
      for (long call = 1; call <= calls; call += stride) {
        provider.failAt(call);
        boolean failed = fails(run, out, backend);
        assertThat(backend.liveArrays()).as("after the fault of call %d", call).isZero();
        assertThat(names()).noneMatch(n -> n.contains(".partial"));
        if (failed) { // else it was the state before the end, without which the model is written
          assertThat(names()).as("after the fault of call %d", call).doesNotContain("out");
          provider.failAt(0);
          run.to(out, backend);
        }
        assertThat(out.resolve("model.safetensors"))
            .as("continued after the fault of call %d", call)
            .hasSameBinaryContentAs(whole.resolve("model.safetensors"));
        assertThat(names()).doesNotContain("out.training");
        Abandoned.delete(out);
      }
    }
    Abandoned.delete(whole);
  }

  private static boolean fails(Run run, Path out, Backend backend) {
    try {
      run.to(out, backend);
      return false;
    } catch (BackendException | OutOfMemoryError e) {
      assertThat(e).hasMessageStartingWith("injected: ");
      return true;
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }
}
