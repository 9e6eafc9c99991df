package dev.ligo.core.train.strategy;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.growth.OldEntries;
import dev.ligo.core.hyperparameter.Hyperparameter;
import dev.ligo.core.hyperparameter.Hyperparameters;
import dev.ligo.core.hyperparameter.Interval;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.train.StrategyPlan;
import dev.ligo.core.train.TrainingException;
import dev.ligo.core.train.TrainingStrategy;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Old and new entries of a grown model learn apart at first: the learning rate of each begins at a
 * multiple of its own of the schedule's, and goes in a straight line to once. So old entries, which
 * are trained, may wait for new ones, or new ones have a warm-up alone, as in SPARKLING (Yu et al.,
 * "Balancing Signal Preservation and Symmetry Breaking for Width-Progressive Learning", arXiv
 * 2602.02472). Which entries are old says {@link OldEntries}.
 *
 * @param old the multiple for old entries at the first step
 * @param fresh the multiple for new ones
 * @param share the share of the run after which both are 1
 */
public record Apart(double old, double fresh, double share) implements TrainingStrategy {
  private static final Hyperparameter<Double> OLD =
      Hyperparameter.real(
          "old",
          1,
          Interval.atLeast(0),
          "what the learning rate of old entries is multiplied by at the first step");
  private static final Hyperparameter<Double> NEW =
      Hyperparameter.real("new", 2, Interval.atLeast(0), "the same for new entries");
  private static final Hyperparameter<Double> SHARE =
      Hyperparameter.real(
          "share",
          0.3,
          Interval.openClosed(0, 1),
          "the share of the steps after which all entries learn alike");

  private static final int DAMPED = 0;
  private static final int ALIKE = 1;

  /**
   * Refuses values out of their range.
   *
   * @param old the multiple for old entries at the first step
   * @param fresh the multiple for new ones
   * @param share the share of the run after which both are 1
   */
  public Apart {
    OLD.check(old);
    NEW.check(fresh);
    SHARE.check(share);
  }

  /** Creates the strategy with what gained most of the settings that were tried. */
  public Apart() {
    this(OLD.defaultValue(), NEW.defaultValue(), SHARE.defaultValue());
  }

  @Override
  public Hyperparameters values() {
    return Hyperparameters.of(OLD, old).and(NEW, fresh).and(SHARE, share);
  }

  @Override
  public TrainingStrategy with(Hyperparameters values) {
    return new Apart(values.get(OLD), values.get(NEW), values.get(SHARE));
  }

  @Override
  public String name() {
    return "apart";
  }

  @Override
  public String summary() {
    return "what growing added and what was there learn at rates of their own at first";
  }

  @Override
  public StrategyPlan plan(Context context) {
    OldEntries entries = context.origins().old();
    if (!entries.isKnown()) {
      throw new TrainingException(
          "strategy 'apart' tells entries that growing added from those that were there, and how"
              + " this model was grown is not known; begin with a grown checkpoint and the"
              + " growth.json beside it.");
    }
    Map<String, HostArray> shares = new TreeMap<>();
    Layout layout = context.model().spec().layout();
    long kept = 0;
    for (Parameter p : layout.parameters()) {
      for (int l = 0; l < layout.layers(p); l++) {
        String name = p.at(l);
        BitSet there = entries.in(p, l);
        kept += there.cardinality();
        shares(p, there, context.dtype()).ifPresent(all -> shares.put(name, all));
      }
    }
    if (kept == 0 || kept == layout.size()) {
      throw new TrainingException(
          "strategy 'apart' needs old entries and new ones, and growing this model "
              + (kept == 0 ? "kept none" : "added none")
              + "; train it plainly, or grow it by another method.");
    }
    Fading fading = new Fading(share, context.steps());
    Optional<StrategyPlan.Damping> damping =
        Optional.of(new StrategyPlan.Damping(shares, fading::at));
    return new StrategyPlan() {
      @Override
      public int variant(long step) {
        return fading.at(step) > 0 ? DAMPED : ALIKE;
      }

      @Override
      public Phase phase(long step) {
        return fading.phase(step);
      }

      @Override
      public Optional<Damping> damping(int variant) {
        return variant == DAMPED ? damping : Optional.empty();
      }
    };
  }

  /** Returns what entries lack of the whole rate at the first step, one number if all lack it. */
  private Optional<HostArray> shares(Parameter p, BitSet there, DType dtype) {
    int size = (int) p.shape().size();
    if (there.isEmpty() || there.cardinality() == size) {
      double all = 1 - (there.isEmpty() ? fresh : old);
      return all == 0 ? Optional.empty() : Optional.of(HostArray.scalar(dtype, all));
    }
    HostArray each = HostArray.zeros(dtype, p.shape());
    for (int i = 0; i < size; i++) {
      each.set(i, 1 - (there.get(i) ? old : fresh));
    }
    return Optional.of(each);
  }
}
