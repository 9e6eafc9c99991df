package dev.ligo.core;

import dev.ligo.api.Backend;
import dev.ligo.api.HostArray;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.moments.MomentGrowth;
import dev.ligo.core.train.MomentsFile;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Grows the optimizer's state that stands beside the small model.
 *
 * @param small the small model
 * @param backend opens what matrices are multiplied on
 * @param listener may cancel the work
 */
record GrownMoments(Checkpoint small, Supplier<Backend> backend, ProgressListener listener) {
  /** Writes the state of the large model. */
  void write(GrowthOperator operator, GrowthPlan plan, CheckpointWriter writer) {
    try (MomentsFile held = small.requireMoments()) {
      MomentGrowth growth = new MomentGrowth(operator, held.names()::contains);
      Map<String, Long> ages = growth.ages(held::age);
      MomentsFile.Writer moments = writer.moments(plan.large().layout().shapes(), ages);
      growth.first(n -> checked(held.first(n)), backend, moments::first);
      growth.second(n -> checked(held.second(n)), backend, moments::second);
    }
  }

  private HostArray checked(HostArray moments) {
    Work.check(listener, "growing the optimizer's state");
    return moments;
  }
}
