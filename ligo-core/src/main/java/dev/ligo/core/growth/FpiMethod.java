package dev.ligo.core.growth;

import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Use;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Function-preserving initialisation of bert2BERT (Chen et al., ACL 2022): units are copied where
 * they are written, and where they are read the copies share the weight, W[:,g(i)]/count; whole
 * heads are copied; one map serves the residual stream of the whole model. Depth: the widened model
 * is stacked ⌊L₂/L₁⌋ times, the layers left over are its top ones.
 *
 * <p>Layer normalisation keeps its statistics only if every unit has equally many copies, so that
 * the function is preserved nearly, not exactly.
 */
public final class FpiMethod implements GrowthMethod {
  /** Which units the extra ones copy. */
  public enum Order {
    /** Units drawn at random, as in the paper. */
    RANDOM,
    /**
     * All units in turn, again and again: exact where the large width is a multiple of the small.
     */
    CIRCULAR
  }

  private final Order order;

  /** Creates the method as in the paper. */
  public FpiMethod() {
    this(Order.RANDOM);
  }

  /** Creates the method with an order of copying. */
  public FpiMethod(Order order) {
    this.order = order;
  }

  @Override
  public String name() {
    return "fpi";
  }

  @Override
  public SortedMap<String, String> options() {
    return new TreeMap<>(Map.of("order", order.name().toLowerCase(Locale.ROOT)));
  }

  @Override
  public String summary() {
    return "widens by copying units and whole heads, dividing what reads the copies (bert2BERT FPI); "
        + "deepens by stacking";
  }

  @Override
  public String preserves() {
    return "width of heads and feed-forward layers, in every family";
  }

  @Override
  public Preservation preservation(GrowthPlan plan) {
    return width(plan, order).and(Depths.copied(plan));
  }

  /** Returns what equal copies in an order promise of a plan's width. */
  static Preservation width(GrowthPlan plan, Order order) {
    ResidualStream stream = new ResidualStream(plan);
    if (plan.widens() && !stream.isKnown()) {
      return Preservation.changed("the family does not say where it normalises");
    }
    if (stream.widened().isEmpty()) {
      return Preservation.exact("what reads copies divides by their number");
    }
    return order == Order.CIRCULAR && stream.growsByWholeNumbers()
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
    CopiedUnits(Order order, long seed) {
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
