package dev.ligo.core.growth.method;

import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.Copies;
import dev.ligo.core.growth.Depths;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.Maps;
import dev.ligo.core.growth.Preservation;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Use;
import java.util.List;
import java.util.Optional;

/**
 * Advanced knowledge initialization of bert2BERT (Chen et al., ACL 2022): as {@link FpiMethod}, but
 * the rows that a layer adds to its own are those of the next layer, grown where they are read as
 * in that layer. Two terms: the layer's own rows, and the next layer's below them. The top layer,
 * which has no next one, and norms copy their own. Depth: as FPI.
 *
 * <p>Never preserves the function where it widens.
 */
public final class AkiMethod implements GrowthMethod {
  /** Creates the method. */
  public AkiMethod() {}

  @Override
  public String name() {
    return "aki";
  }

  @Override
  public String summary() {
    return "as fpi, but the units that a layer adds are the next layer's (bert2BERT AKI)";
  }

  @Override
  public Preservation preservation(GrowthPlan plan) {
    return plan.widens()
        ? Preservation.changed("layers compute with units of the layers above them")
        : Depths.copied(plan);
  }

  @Override
  public boolean foldsAttentionScale() {
    return true;
  }

  @Override
  public GrowthOperator operator(GrowthPlan plan, long seed) {
    FpiMethod.CopiedUnits copies = new FpiMethod.CopiedUnits(Copies.Order.RANDOM, seed);
    return GrowthOperator.of(
        name(),
        seed,
        plan,
        p ->
            addsRows(plan, p)
                ? List.of(new Rows(copies, false), new Rows(copies, true))
                : List.of(copies));
  }

  /** Whether a layer's parameter writes an axis that grows. */
  private static boolean addsRows(GrowthPlan plan, Parameter p) {
    return p.stack().isPresent() && !p.kind().isNorm() && plan.widens(p, r -> r != Use.Role.READ);
  }

  /** The rows that a layer has, or those added to them, which are of the next layer. */
  private record Rows(FpiMethod.CopiedUnits copied, boolean added) implements Maps {
    @Override
    public AxisMap depth(Parameter p, Optional<String> part, int small, int large) {
      AxisMap own = copied.depth(p, part, small, large);
      if (!added) {
        return own;
      }
      int[] next = new int[large];
      for (int l = 0; l < large; l++) {
        int source = own instanceof AxisMap.Selection s ? s.index(l) : l;
        next[l] = Math.min(source + 1, small - 1);
      }
      return new AxisMap.Selection(small, next);
    }

    @Override
    public AxisMap width(Parameter p, Axis.Width small, Axis.Width large, Use.Role role) {
      AxisMap map = copied.width(p, small, large, role);
      return role == Use.Role.READ || !(map instanceof AxisMap.Selection rows)
          ? map
          : Copies.copies(rows, added, small, large);
    }
  }
}
