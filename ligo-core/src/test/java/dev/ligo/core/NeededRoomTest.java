package dev.ligo.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.DType;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.fixtures.FamilyTest;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.fixtures.TinyTransformer;
import dev.ligo.core.fixtures.TinyValues;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.model.TaskModel;
import dev.ligo.core.train.NeededRoom;
import dev.ligo.core.train.TrainingOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that will be too small is known before the long work, and not after it. */
class NeededRoomTest extends FamilyTest {
  private static final int HIDDEN = 1 << 20;

  @TempDir Path directory;

  private static BatchSource batches() {
    return TinyValues.batches();
  }

  @Test
  void aTrainingIsRefusedBeforeAnythingIsComputed() {
    ModelSpec<?> giant =
        ligo.model(TinyTransformer.json(TinyTransformer.Form.ENCODER, 2, HIDDEN, 2, HIDDEN));
    Path out = directory.resolve("out");
    Training training =
        ligo.pretrain(giant, Map.of(), 1)
            .data(batches())
            .backend(
                () -> {
                  throw new AssertionError("nothing is opened");
                })
            .options(TrainingOptions.of(2));
    assertThatThrownBy(() -> training.save(out))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(out.toString())
        .hasMessageContaining(" bytes, but its disk has ");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aGrowthIsRefusedBeforeItLearns() {
    Path source = directory.resolve("source");
    ModelSpec<?> model = TinyModel.OWN.get(0).model(ligo);
    try (CheckpointWriter writer =
        CheckpointWriter.create(
            source, model, Dialect.CANONICAL, name -> FileDType.F32, Map.of())) {
      model.initialValues(DType.FLOAT32, 1).forEach(writer::write);
      writer.finish(Map.of(), "", Map.of());
    }
    try (Checkpoint small = ligo.open(source)) {
      int hidden = 1 << 14; // a matrix of a gibibyte, many times
      Growth growth =
          ligo.grow(small, "fpi")
              .to(Sizes.SAME.withLayers(1000).withHidden(hidden).withHeads(hidden / 4));
      assertThatThrownBy(() -> growth.save(directory.resolve("large")))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(" bytes, but its disk has ");
    }
    assertThat(directory.resolve("large")).doesNotExist();
  }

  /** Two states are kept, a third is written beside them; then the model is, in their place. */
  @Test
  void whatIsWrittenIsCountedOnce() {
    TaskModel<?> model = TinyModel.OWN.get(0).model(ligo).forPretraining();
    TrainingOptions how = TrainingOptions.builder(10).evaluateEvery(2).build();
    NeededRoom once = NeededRoom.of(model, DType.FLOAT32, 1000, how, 100, false, false);
    long state = once.state();
    assertThat(once).isEqualTo(new NeededRoom(1000, 0, state, 0, false));
    assertThat(state).isPositive().isEqualTo(state / 12 * 12);
    assertThat(once.bytes()).isEqualTo(1000);
    NeededRoom kept = NeededRoom.of(model, DType.FLOAT32, 1000, how, 4, true, true);
    assertThat(kept).isEqualTo(new NeededRoom(1000, state / 3 * 2, state, 2 + 5, true));
    assertThat(kept.bytes()).isEqualTo(Math.max(4 * state, 3 * state + 1000 + state / 3 * 2));
    assertThat(NeededRoom.of(model, DType.FLOAT32, 1, how, 1, false, false).bytes())
        .isEqualTo(3 * state);
  }

  @Test
  void aDestinationInAFileIsRefused() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    for (String below : new String[] {"x", "x/y"}) {
      Path out = file.resolve(below);
      assertThatThrownBy(() -> Destination.requireFree(out, false))
          .isInstanceOf(CheckpointException.class)
          .hasMessageStartingWith(out.toString())
          .hasMessageContaining(file + " is not a directory; name another place.");
    }
  }
}
