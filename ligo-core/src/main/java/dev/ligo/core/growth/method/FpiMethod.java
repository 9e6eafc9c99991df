package dev.ligo.core.growth.method;

import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.Copies;
import dev.ligo.core.growth.Depths;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.Maps;
import dev.ligo.core.growth.Preservation;
import dev.ligo.core.growth.Recipe;
import dev.ligo.core.growth.ResidualStream;
import dev.ligo.core.hyperparameter.Hyperparameter;
import dev.ligo.core.hyperparameter.Hyperparameters;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Use;
import java.util.Optional;
import java.util.function.Function;

/**
 * Function-preserving initialization of bert2BERT (Chen et al., ACL 2022): units are copied where
 * they are written, and where they are read the copies share the weight, W[:,g(i)]/count; whole
 * heads are copied; one map serves the residual stream of the whole model. Depth: the widened model
 * is stacked ⌊L₂/L₁⌋ times, the layers left over are its top ones.
 *
 * <p>Layer normalization keeps its statistics only if every unit has equally many copies, so that
 * the function is preserved nearly, not exactly.
 */
public final class FpiMethod implements GrowthMethod {
  private static final Hyperparameter<Copies.Order> ORDER =
      Hyperparameter.choice(
          "order",
          Copies.Order.RANDOM,
          "the order in which units are copied: at random or in turn");

  private final Copies.Order order;

  /** Creates the method as in the paper. */
  public FpiMethod() {
    this(ORDER.defaultValue());
  }

  /**
   * Creates the method with an order of copying.
   *
   * @param order which units are copied
   */
  public FpiMethod(Copies.Order order) {
    this.order = order;
  }

  @Override
  public String name() {
    return "fpi";
  }

  @Override
  public Hyperparameters values() {
    return Hyperparameters.of(ORDER, order);
  }

  @Override
  public GrowthMethod with(Hyperparameters values, Function<String, GrowthMethod> methods) {
    return new FpiMethod(values.get(ORDER));
  }

  @Override
  public String summary() {
    return "widens by copying units and whole heads, dividing what reads the copies (bert2BERT"
        + " FPI); deepens by stacking";
  }

  @Override
  public String preserves() {
    return "width of heads and feed-forward layers, in every family";
  }

  @Override
  public Preservation preservation(GrowthPlan plan) {
    Preservation own = width(plan, order).and(Depths.copied(plan));
    Preservation inTurn = width(plan, Copies.Order.CIRCULAR).and(Depths.copied(plan));
    return own.degree() != inTurn.degree() && inTurn.degree() == Preservation.Degree.EXACT
        ? own.keptBy(ORDER.name(), ORDER.domain().text(Copies.Order.CIRCULAR))
        : own;
  }

  /** Returns what equal copies in an order promise of a plan's width. */
  static Preservation width(GrowthPlan plan, Copies.Order order) {
    ResidualStream stream = new ResidualStream(plan);
    if (plan.widens() && !stream.isKnown()) {
      return Preservation.changed("the family does not say where it normalizes");
    }
    if (stream.widened().isEmpty()) {
      return Preservation.exact("what reads copies divides by their number");
    }
    return order == Copies.Order.CIRCULAR && stream.growsByWholeNumbers()
        ? Preservation.exact("every unit has equally many copies")
        : Preservation.changed("norms see units that have unequally many copies");
  }

  @Override
  public boolean foldsAttentionScale() {
    return true;
  }

  @Override
  public GrowthOperator operator(GrowthPlan plan, long seed) {
    return GrowthOperator.of(name(), seed, plan, Recipe.of(new CopiedUnits(order, seed)));
  }

  /** Equal copies in width, the widened model stacked in depth. */
  record CopiedUnits(Copies copies) implements Maps {
    CopiedUnits(Copies.Order order, long seed) {
      this(new Copies(order, seed));
    }

    @Override
    public AxisMap depth(Parameter p, Optional<String> part, int small, int large) {
      return Depths.map(small, large, Depths.STACK_TOP);
    }

    @Override
    public AxisMap width(Parameter p, Axis.Width small, Axis.Width large, Use.Role role) {
      return copies.map(small, large, role);
    }
  }
}
