package dev.ligo.core.train.strategy;

import dev.ligo.core.hyperparameter.Hyperparameter;
import dev.ligo.core.hyperparameter.Hyperparameters;
import dev.ligo.core.hyperparameter.Interval;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Stack;
import dev.ligo.core.train.StackShape;
import dev.ligo.core.train.StrategyPlan;
import dev.ligo.core.train.TrainingException;
import dev.ligo.core.train.TrainingStrategy;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Multi-stage layerwise training (Yang et al., 2020): the model deepens while it is trained. In
 * each stage the topmost layers are copied on top, and only the copies, the last norm and the head
 * are trained; what is below is frozen, and its backward direction is not computed. The last stage
 * trains all. Begins with the layers of the small model; what growing made of the others is
 * replaced by the copies.
 *
 * @param stages the number of stages that deepen; 0 for two, or what it takes for each to copy no
 *     more layers than there are
 * @param share the share of the run that these stages have, equally long
 */
public record Mslt(int stages, double share) implements TrainingStrategy {
  private static final Hyperparameter<Integer> STAGES =
      Hyperparameter.integer(
          "stages",
          0,
          Interval.atLeast(0),
          "the number of stages that deepen; 0 for two, or as many as copying takes");
  private static final Hyperparameter<Double> SHARE =
      Hyperparameter.real(
          "share", 0.5, Interval.open(0, 1), "the share of the steps that these stages have");

  private static final int DEFAULT_STAGES = 2;

  /**
   * Refuses values out of their range.
   *
   * @param stages the number of stages that deepen; 0 for two, or what it takes for each to copy no
   *     more layers than there are
   * @param share the share of the run that these stages have, equally long
   */
  public Mslt {
    STAGES.check(stages);
    SHARE.check(share);
  }

  /** Creates the strategy with its defaults. */
  public Mslt() {
    this(STAGES.defaultValue(), SHARE.defaultValue());
  }

  @Override
  public Hyperparameters values() {
    return Hyperparameters.of(STAGES, stages).and(SHARE, share);
  }

  @Override
  public TrainingStrategy with(Hyperparameters values) {
    return new Mslt(values.get(STAGES), values.get(SHARE));
  }

  @Override
  public String name() {
    return "mslt";
  }

  @Override
  public String summary() {
    return "deepens in stages by copying the topmost layers, of which only the new ones are trained"
        + " at first (MSLT)";
  }

  @Override
  public boolean needsSmall() {
    return true;
  }

  @Override
  public StrategyPlan plan(Context context) {
    String stack = StackShape.deepest(context);
    int to = context.model().spec().layout().stacks().get(stack);
    int from =
        context
            .small()
            .map(s -> s.model().layout().stacks().getOrDefault(stack, 0))
            .orElseThrow(
                () -> new TrainingException("mslt begins with a small model's layers; name it."));
    if (from < 1 || from >= to) {
      throw new TrainingException(
          "mslt deepens a model: the small one should have fewer layers than "
              + to
              + ", found "
              + from
              + ".");
    }
    int[] depths = depths(from, to);
    if (context.steps(share) < depths.length - 1) {
      throw new TrainingException(
          "mslt needs a step for each of its "
              + (depths.length - 1)
              + " stages, found "
              + context.steps(share)
              + "; train for longer.");
    }
    return new Deepened(context, stack, depths);
  }

  /** Returns the depth before the first stage, and after each. */
  int[] depths(int from, int to) {
    int count = stages == 0 ? Math.min(DEFAULT_STAGES, to - from) : Math.min(stages, to - from);
    while (true) {
      int[] depths = new int[count + 1];
      boolean enough = true;
      for (int k = 0; k <= count; k++) {
        depths[k] = from + (int) ((long) k * (to - from) / count);
        enough &= k == 0 || depths[k] <= 2 * depths[k - 1];
      }
      if (enough) {
        return depths;
      }
      if (stages != 0) {
        throw new TrainingException(
            "mslt copies at most all layers in a stage: "
                + stages
                + " stages are too few from "
                + from
                + " to "
                + to
                + " layers.");
      }
      count++;
    }
  }

  private final class Deepened implements StrategyPlan {
    private final Context context;
    private final String stack;
    private final int[] depths;
    private final Set<String> after;

    Deepened(Context context, String stack, int[] depths) {
      this.context = context;
      this.stack = stack;
      this.depths = depths;
      this.after = StackShape.after(context, stack);
    }

    private int deepening() {
      return depths.length - 1;
    }

    /** Returns the number of the last step of a stage. */
    private long end(int stage) {
      return context.steps(share) * (stage + 1) / deepening();
    }

    @Override
    public int variant(long step) {
      int stage = 0;
      while (stage < deepening() && step > end(stage)) {
        stage++;
      }
      return stage;
    }

    @Override
    public Phase phase(long step) {
      int stage = variant(step);
      return stage == deepening() ? Phase.REST : new Phase(end(stage), 1);
    }

    @Override
    public Stack prune(int variant, Stack s) {
      return variant == deepening() || !s.name().equals(stack) ? s : s.first(depths[variant + 1]);
    }

    /** The model is as deep as it is by then. */
    @Override
    public boolean measuresPruned() {
      return true;
    }

    @Override
    public boolean trains(int variant, String parameter) {
      return variant == deepening()
          || after.contains(parameter)
          || (parameter.startsWith(stack + ".")
              && SubNetworks.layer(stack, parameter) >= depths[variant]);
    }

    @Override
    public Map<String, String> copies(long step) {
      int stage = variant(step);
      boolean begins = step == 1 || variant(step - 1) != stage;
      Map<String, String> copies = new TreeMap<>();
      if (!begins || stage == deepening()) {
        return copies;
      }
      int added = depths[stage + 1] - depths[stage];
      for (Parameter p : context.model().spec().layout().parameters()) {
        for (int i = 0; p.stack().equals(Optional.of(stack)) && i < added; i++) {
          copies.put(p.at(depths[stage] + i), p.at(depths[stage] - added + i));
        }
      }
      return copies;
    }
  }
}
