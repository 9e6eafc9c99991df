package dev.ligo.core;

import dev.ligo.api.Backend;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.checkpoint.HuggingFaceWriter;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.moments.MomentGrowth;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.train.MomentsFile;
import java.nio.file.Path;
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

  /**
   * Refuses a destination whose disk has too little room for the large model and its state.
   *
   * @throws dev.ligo.core.checkpoint.CheckpointException if it has, or there is no state
   */
  void requireRoom(
      Path destination,
      GrowthOperator operator,
      GrowthPlan plan,
      Dialect dialect,
      GrownTypes types) {
    Map<String, Shape> shapes = plan.large().layout().shapes();
    long weights = CheckpointWriter.bytes(plan.large(), dialect, types.stored(plan)::get);
    long each = 2L * Checkpoint.COMPUTED.bytes();
    try (MomentsFile held = small.requireMoments()) {
      MomentGrowth growth = new MomentGrowth(operator, held.names()::contains);
      HuggingFaceWriter.requireRoom(
          destination,
          growth.ages(held::age).keySet().stream()
              .mapToLong(n -> Math.multiplyExact(each, shapes.get(n).size()))
              .reduce(weights, Math::addExact));
    }
  }

  private HostArray checked(HostArray moments) {
    Work.check(listener, "growing the optimizer's state");
    return moments;
  }
}
