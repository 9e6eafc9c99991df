package dev.ligo.core.growth.method;

import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.Copies;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.InsertedLayers;
import dev.ligo.core.growth.Maps;
import dev.ligo.core.growth.Preservation;
import dev.ligo.core.growth.ResidualStream;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Use;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The operators of staged training (Shen et al., "Staged Training for Transformer Language Models",
 * ICML 2022), which double width, depth or both.
 *
 * <p>Width: the small model stands twice beside itself, diag(W, W) where a matrix reads and writes
 * axes that double; what only writes is repeated, what only reads is repeated and halved. Exact
 * wherever a family normalizes. Depth: every layer is followed by a copy whose norms and biases are
 * zero, so that its branches add nothing: exact where the stream itself is not normalized (pre-LN).
 */
public final class StagedMethod implements GrowthMethod {
  private static final Copies COPIES = new Copies(Copies.Order.CIRCULAR, 0);

  /** Creates the method. */
  public StagedMethod() {}

  @Override
  public String name() {
    return "staged";
  }

  @Override
  public String summary() {
    return "doubles: two small models side by side in width, layers that add nothing between in depth"
        + " (staged training)";
  }

  @Override
  public String preserves() {
    return "width and depth, by 2 alone; refuses to deepen post-LN families";
  }

  @Override
  public Preservation preservation(GrowthPlan plan) {
    check(plan);
    return Preservation.exact("the halves do not meet, and the layers inserted add nothing");
  }

  @Override
  public boolean foldsAttentionScale() {
    return true;
  }

  private void check(GrowthPlan plan) {
    new ResidualStream(plan).requireIdentityLayers(name());
    for (String stack : plan.deepened()) {
      int small = plan.small().layout().stacks().get(stack);
      requireDouble("stack '" + stack + "'", small, plan.large().layout().stacks().get(stack));
    }
    for (Axis.Width large : plan.widened()) {
      requireDouble("axis '" + large.name() + "'", plan.small(large).size(), large.size());
      Axis.Width small = plan.small(large);
      AxisMap.Selection second = Copies.copies(COPIES.units(small, large), true, small, large);
      if (Arrays.stream(second.counts()).anyMatch(n -> n != 1)) {
        throw new GrowthException(
            "method 'staged' doubles the heads of axis '"
                + large.name()
                + "' or their width, and not some of both; keep one of them.");
      }
    }
  }

  private static void requireDouble(String what, int small, int large) {
    if (large != 2 * small) {
      throw new GrowthException(
          "method 'staged' doubles: "
              + what
              + " would grow from "
              + small
              + " to "
              + large
              + ", not to "
              + 2 * small
              + "; grow to twice the sizes, or choose hypercloning or lemon.");
    }
  }

  @Override
  public GrowthOperator operator(GrowthPlan plan, long seed) {
    check(plan);
    Inserted inserted = new Inserted(new ResidualStream(plan));
    return GrowthOperator.of(
        name(),
        seed,
        plan,
        p ->
            plan.widens(p, r -> r == Use.Role.READ) && plan.widens(p, r -> r != Use.Role.READ)
                ? List.of(new Half(inserted, 0), new Half(inserted, 1))
                : List.of(new Repeated(inserted)));
  }

  /** The depth of every parameter: layers that add nothing follow those of the small model. */
  private record Inserted(ResidualStream stream) {
    AxisMap depth(Parameter p, int small, int large) {
      if (small == large) {
        return AxisMap.identity(small);
      }
      InsertedLayers layers = InsertedLayers.afterTheLast(small, large);
      return isZero(p) ? layers.originals() : layers.copied();
    }

    /**
     * Norms that end branches are zero alone: were those before them zero, too, neither would ever
     * have a gradient. Of norms inside a branch, which stand for pairs that meet, the same is true.
     */
    private boolean isZero(Parameter p) {
      boolean inside =
          p.kind() == Parameter.Kind.BRANCH_SCALE || p.kind() == Parameter.Kind.HEAD_NORM_SCALE;
      return stream.endsInNorms(p) ? stream.endsBranch(p) : p.uses().size() == 1 && !inside;
    }
  }

  /** Both halves of what reads or writes one axis that doubles. */
  private record Repeated(Inserted inserted) implements Maps {
    @Override
    public AxisMap depth(Parameter p, Optional<String> part, int small, int large) {
      return inserted.depth(p, small, large);
    }

    @Override
    public AxisMap width(Parameter p, Axis.Width small, Axis.Width large, Use.Role role) {
      return COPIES.map(small, large, role);
    }
  }

  /**
   * One block of diag(W, W).
   *
   * @param inserted the layers that are inserted
   * @param half which
   */
  private record Half(Inserted inserted, int half) implements Maps {
    @Override
    public AxisMap depth(Parameter p, Optional<String> part, int small, int large) {
      return inserted.depth(p, small, large);
    }

    @Override
    public AxisMap width(Parameter p, Axis.Width small, Axis.Width large, Use.Role role) {
      if (GrowthPlan.keeps(small, large)) {
        return AxisMap.identity(small.size());
      }
      // A half reads itself alone: its weights are whole, not shared between copies.
      AxisMap.Selection units =
          role == Use.Role.QUERY ? COPIES.query(small, large) : COPIES.units(small, large);
      return Copies.copies(units, half == 1, small, large);
    }
  }
}
