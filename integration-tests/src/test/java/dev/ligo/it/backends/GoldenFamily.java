package dev.ligo.it.backends;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import dev.ligo.it.RandomBatches;
import dev.ligo.it.golden.GoldenCheckpoints;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A model family by a tiny checkpoint of it, up to 3 layers × 24 without dropout, and random
 * batches of its task.
 *
 * @param name the family
 * @param checkpoint one of {@link GoldenCheckpoints}
 */
record GoldenFamily(String name, String checkpoint) {
  private static final int ROWS = 3;
  private static final int SEQUENCE = 8;

  static final Sizes DEEPER = Sizes.SAME.withLayers(6);
  static final Sizes WIDER = Sizes.SAME.withHidden(48);
  static final Sizes LARGER = DEEPER.withHidden(48);

  /** Every family that there is, by the plainest of its checkpoints. */
  static final List<GoldenFamily> ALL = all(Ligo.create());

  private static List<GoldenFamily> all(Ligo ligo) {
    return ligo.architectures().stream()
        .map(Architecture::name)
        .map(n -> new GoldenFamily(n, GoldenCheckpoints.plainest(ligo, n).orElse("none")))
        .toList();
  }

  /** A model with its values and the task whose head it has. */
  record Subject(ModelSpec<?> model, SortedMap<String, HostArray> values, String task) {
    SortedMap<String, HostArray> values(DType dtype) {
      SortedMap<String, HostArray> m = new TreeMap<>();
      values.forEach((n, a) -> m.put(n, a.as(dtype)));
      return m;
    }

    HostArray value(String name) {
      return values.get(name);
    }

    GrowthPlan larger() {
      return GrowthPlan.of(model, LARGER);
    }
  }

  Subject open(Ligo ligo) {
    try (Checkpoint c = ligo.open(GoldenCheckpoints.directory(checkpoint))) {
      return new Subject(c.model(), new TreeMap<>(c.values()), c.model().pretraining());
    }
  }

  /** Returns random batches, whose masks hide some places. */
  BatchSource batches(Subject subject, DType dtype) {
    int vocabulary = subject.model().vocabulary().orElse(0);
    Map<String, Integer> below =
        Map.of(
            "input_ids",
            vocabulary,
            "next_ids",
            vocabulary,
            "masked_labels",
            vocabulary,
            "masked_positions",
            ROWS * SEQUENCE,
            "token_type_ids",
            2,
            "attention_mask",
            2,
            "labels",
            2);
    return new RandomBatches(
        subject.model().forTask(subject.task()).batchSpecs(ROWS, SEQUENCE), below, dtype);
  }

  @Override
  public String toString() {
    return name;
  }
}
