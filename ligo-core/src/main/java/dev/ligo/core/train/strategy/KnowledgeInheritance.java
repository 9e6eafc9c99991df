package dev.ligo.core.train.strategy;

import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.core.hyperparameter.Hyperparameter;
import dev.ligo.core.hyperparameter.Hyperparameters;
import dev.ligo.core.hyperparameter.Interval;
import dev.ligo.core.model.Scores;
import dev.ligo.core.model.StackTransform;
import dev.ligo.core.model.TaskModel;
import dev.ligo.core.train.StrategyPlan;
import dev.ligo.core.train.TrainingException;
import dev.ligo.core.train.TrainingStrategy;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Knowledge inheritance (Qin et al., NAACL 2022): the small model teaches for the first part of a
 * run, L = (1 − α)·CE + α·τ²·KL(p_S ‖ p_L) on what is scored, both of logits divided by τ, where α
 * falls in a straight line from 1 at the first step to 0. With α at 0 the teacher is not run any
 * more.
 *
 * @param temperature τ
 * @param share the share of the run after which α is 0; 1/α_T of the paper
 */
public record KnowledgeInheritance(double temperature, double share) implements TrainingStrategy {
  private static final Hyperparameter<Double> TEMPERATURE =
      Hyperparameter.real(
          "temperature", 2, Interval.above(0), "what both models' logits are divided by");
  private static final Hyperparameter<Double> SHARE =
      Hyperparameter.real(
          "share",
          0.44,
          Interval.openClosed(0, 1),
          "the share of the steps in which the teacher fades");

  private static final String WEIGHT = "weight";
  private static final int TAUGHT = 0;
  private static final int ALONE = 1;

  /**
   * Refuses values out of their range.
   *
   * @param temperature τ
   * @param share the share of the run after which α is 0; 1/α_T of the paper
   */
  public KnowledgeInheritance {
    TEMPERATURE.check(temperature);
    SHARE.check(share);
  }

  /** Creates the strategy as its authors trained BERT. */
  public KnowledgeInheritance() {
    this(TEMPERATURE.defaultValue(), SHARE.defaultValue());
  }

  @Override
  public Hyperparameters values() {
    return Hyperparameters.of(TEMPERATURE, temperature).and(SHARE, share);
  }

  @Override
  public TrainingStrategy with(Hyperparameters values) {
    return new KnowledgeInheritance(values.get(TEMPERATURE), values.get(SHARE));
  }

  @Override
  public String name() {
    return "ki";
  }

  @Override
  public String summary() {
    return "the small model teaches the large one in the first part of the run (knowledge"
        + " inheritance)";
  }

  @Override
  public boolean needsSmall() {
    return true;
  }

  @Override
  public StrategyPlan plan(Context context) {
    SmallModel small =
        context
            .small()
            .orElseThrow(
                () ->
                    new TrainingException(
                        "knowledge inheritance (ki) needs a teacher; name the small model."));
    String task = context.model().name();
    TaskModel<?> teacher = small.model().forTask(task);
    if (!teacher.spec().architecture().name().equals(context.model().spec().architecture().name())
        || !teacher.hasHead()) {
      throw new TrainingException(
          "the teacher of knowledge inheritance should be a "
              + context.model().spec().architecture().name()
              + " with a "
              + task
              + " head, found a "
              + teacher.spec().architecture().name()
              + " with "
              + teacher.spec().heads().stream().map(h -> h.name()).toList()
              + ".");
    }
    requireSameClasses(context, teacher);
    Set<String> used = teacher.used();
    SortedMap<String, HostArray> values = new TreeMap<>();
    small
        .values()
        .forEach(
            (n, a) -> {
              if (used.contains(n)) {
                values.put(n, a.as(context.dtype()));
              }
            });
    return new Taught(context, teacher, values);
  }

  /** Refuses a teacher of other classes, such as another vocabulary, by the scores' shapes. */
  private static void requireSameClasses(Context context, TaskModel<?> teacher) {
    Shape own = context.model().logitsShape(context.dtype(), context.batch());
    Shape taught = teacher.logitsShape(context.dtype(), context.batch());
    if (!own.equals(taught)) {
      throw new TrainingException(
          "the teacher of knowledge inheritance scores (rows, classes) "
              + taught
              + ", the trained model "
              + own
              + "; it should have the same vocabulary or labels.");
    }
  }

  private final class Taught implements StrategyPlan {
    private final Context context;
    private final TaskModel<?> teacher;
    private final SortedMap<String, HostArray> values;
    private final Fading alpha;

    Taught(Context context, TaskModel<?> teacher, SortedMap<String, HostArray> values) {
      this.context = context;
      this.teacher = teacher;
      this.values = values;
      this.alpha = new Fading(share, context.steps());
    }

    @Override
    public int variant(long step) {
      return alpha.at(step) > 0 ? TAUGHT : ALONE;
    }

    @Override
    public Phase phase(long step) {
      return alpha.phase(step);
    }

    @Override
    public Map<String, HostArray> inputs(long step, int micro, Map<String, HostArray> batch) {
      return Map.of(WEIGHT, HostArray.scalar(context.dtype(), alpha.at(step)));
    }

    @Override
    public Map<String, HostArray> constants() {
      return values;
    }

    @Override
    public boolean readsLogits(int variant) {
      return variant == TAUGHT;
    }

    @Override
    public Tensor loss(int variant, Forward f, Tensor loss) {
      if (variant == ALONE) {
        return loss;
      }
      Scores taught = teacher.scores(f.t(), f.constants(), f.batch(), false, StackTransform.ALL);
      Tensor alpha = f.inputs().get(WEIGHT);
      Tensor divergence = f.scores().divergence(f.t(), taught, temperature);
      Tensor rest = f.t().scalar(alpha.dtype(), 1).sub(alpha);
      return loss.mul(rest).add(divergence.mul(alpha).mul(temperature * temperature));
    }
  }
}
