package dev.ligo.core.growth.method;

import dev.ligo.core.data.SeededRandom;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.Copies;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.InsertedLayers;
import dev.ligo.core.growth.Maps;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.growth.Preservation;
import dev.ligo.core.growth.ProductSelection;
import dev.ligo.core.growth.Recipe;
import dev.ligo.core.growth.ResidualStream;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Use;
import java.util.List;
import java.util.Optional;

/**
 * LEMON (Wang et al., "LEMON: Lossless Model Expansion", ICLR 2024).
 *
 * <p>Width, from D₁ to D₂ = k·D₁ + r: the residual stream holds every unit k times and r times the
 * mean of all. So its mean stays and its variance is multiplied by s = k·D₁/D₂; norms multiply γ by
 * √s and epsilon by s, and have no β for the means, which they normalize to exactly 0. What reads
 * the copies does so by unequal shares that sum to 1, so that copies part; what reads the zeros is
 * initialized afresh. Heads and feed-forward units are copied in turn, also unequally often. Norms
 * by the root mean square take no mean: there the stream is padded with zeros. Norms inside a
 * branch have the same epsilon, so what they normalize is multiplied by √s.
 *
 * <p>Depth: a layer is followed by copies of it whose branches end in zeros; the last layers first.
 * Where the stream itself is normalized (post-LN), the norms between are set to the identity, which
 * they are up to an error of the order of epsilon.
 *
 * <p>Exact at every width in pre-LN families whose norms' epsilon can be set; in post-LN families,
 * and where branches are scaled unit by unit (LayerScale), at multiples of the width.
 */
public final class LemonMethod implements GrowthMethod {
  /** Creates the method. */
  public LemonMethod() {}

  @Override
  public String name() {
    return "lemon";
  }

  @Override
  public String summary() {
    return "widens by copies read by unequal shares, padded with their mean; deepens by layers that"
        + " add nothing (LEMON)";
  }

  @Override
  public String preserves() {
    return "depth (post-LN nearly); width in pre-LN families, else by whole numbers";
  }

  @Override
  public Preservation preservation(GrowthPlan plan) {
    ResidualStream stream = new ResidualStream(plan);
    stream.requireBranches(name());
    return width(plan, stream).and(depth(stream));
  }

  private static Preservation width(GrowthPlan plan, ResidualStream stream) {
    if (plan.widens() && !stream.isKnown()) {
      return Preservation.changed("the family does not say where it normalizes");
    }
    if (stream.growsByWholeNumbers()) {
      return Preservation.exact("copies are read by shares that sum to 1");
    }
    if (stream.isPostNorm()) {
      return Preservation.changed(
          "in a family that normalizes the stream itself (post-LN) widths grow by whole numbers");
    }
    if (stream.isScaled()) {
      return Preservation.changed(
          "in a family that scales branches unit by unit (LayerScale) widths grow by whole numbers");
    }
    if (stream.widened().stream()
        .anyMatch(a -> !stream.isNormed(a) && a.size() % plan.small(a).size() != 0)) {
      return Preservation.changed(
          "in a family that normalizes all heads together their number grows by whole numbers");
    }
    return epsilonFactor(plan, stream) == 1
        ? Preservation.near(
            "norms keep their epsilon, for which this family's config has no place; the error is of"
                + " its order")
        : Preservation.exact(
            stream.isRms()
                ? "norms make up for the zeros beside the units"
                : "norms see the same mean, and make up for the variance");
  }

  private static Preservation depth(ResidualStream stream) {
    return stream.deepensPostNorm()
        ? Preservation.near(
            "norms between the layers are the identity up to an error of the order of epsilon")
        : Preservation.exact("the layers inserted add nothing to the stream");
  }

  @Override
  public boolean foldsAttentionScale() {
    return true;
  }

  @Override
  public GrowthOperator operator(GrowthPlan plan, long seed) {
    ResidualStream stream = new ResidualStream(plan);
    stream.requireBranches(name());
    double epsilon = epsilonFactor(plan, stream);
    Expansion expansion = new Expansion(plan, stream, epsilon, seed);
    Recipe recipe =
        new Recipe() {
          @Override
          public List<Maps> terms(Parameter large) {
            boolean beside = plan.deepens() && !stream.growsByWholeNumbers();
            return beside && large.kind() == Parameter.Kind.BRANCH_NORM
                ? List.of(expansion, new Beside(expansion))
                : List.of(expansion);
          }

          @Override
          public ParameterGrowth.Fill fill(Parameter large) {
            return stream.endsBranch(large) || isPadded(large, plan, stream)
                ? ParameterGrowth.Fill.ZERO
                : ParameterGrowth.Fill.INITIAL;
          }
        };
    return GrowthOperator.of(name(), seed, plan, recipe).withEpsilonFactor(epsilon);
  }

  /** Returns whether a parameter writes zeros beside the units of the stream. */
  private static boolean isPadded(Parameter p, GrowthPlan plan, ResidualStream stream) {
    return stream.isRms()
        && !p.kind().isNorm()
        && p.parts().stream()
            .flatMap(List::stream)
            .filter(u -> u.role() != Use.Role.READ)
            .anyMatch(
                u ->
                    u.axis() instanceof Axis.Width w
                        && stream.isNormed(w)
                        && !GrowthPlan.keeps(plan.small(w), w));
  }

  /** Returns s, or 1 where the family's config cannot say it. */
  private static double epsilonFactor(GrowthPlan plan, ResidualStream stream) {
    double[] s =
        stream.widened().stream()
            .filter(stream::isNormed)
            .mapToDouble(a -> variance(plan.small(a).size(), a.size()))
            .distinct()
            .toArray();
    return s.length == 1 && s[0] != 1 && plan.large().timesEpsilon(s[0]).isPresent() ? s[0] : 1;
  }

  /** Returns s = k·D₁/D₂. */
  private static double variance(int small, int large) {
    return (double) (large / small * small) / large;
  }

  /**
   * What norms that end branches have in inserted layers beside the units of the stream: they
   * multiply zeros there, and would for ever if they were zeros too.
   */
  private record Beside(Expansion expansion) implements Maps {
    @Override
    public AxisMap depth(Parameter p, Optional<String> part, int small, int large) {
      return InsertedLayers.afterTheLast(small, large).inserted();
    }

    @Override
    public AxisMap width(Parameter p, Axis.Width small, Axis.Width large, Use.Role role) {
      int whole = large.size() / small.size() * small.size();
      return Expansion.all(expansion.width(p, small, large, role)).where(i -> i >= whole);
    }
  }

  /** The maps of both directions. */
  private static final class Expansion implements Maps {
    private final GrowthPlan plan;
    private final ResidualStream stream;
    private final double epsilon;
    private final Copies copies;
    private final long seed;

    Expansion(GrowthPlan plan, ResidualStream stream, double epsilon, long seed) {
      this.plan = plan;
      this.stream = stream;
      this.epsilon = epsilon;
      this.copies = new Copies(Copies.Order.CIRCULAR, seed);
      this.seed = seed;
    }

    @Override
    public AxisMap depth(Parameter p, Optional<String> part, int small, int large) {
      if (small == large) {
        return AxisMap.identity(small);
      }
      InsertedLayers layers = InsertedLayers.afterTheLast(small, large);
      if (!p.kind().isStreamNorm()) {
        return layers.endingBranchesInZeros(p, stream);
      }
      // Norms without a source begin as 1 and 0, which is nearly the identity of what is normal.
      return endsLayer(p) ? layers.lastOfEach() : layers.originals();
    }

    /** Returns whether no other norm of the stream follows in the layer. */
    private boolean endsLayer(Parameter norm) {
      return plan.large().layout().parameters().stream()
          .filter(p -> p.stack().equals(norm.stack()) && p.kind() == norm.kind())
          .reduce((first, second) -> second)
          .filter(norm::equals)
          .isPresent();
    }

    @Override
    public AxisMap width(Parameter p, Axis.Width small, Axis.Width large, Use.Role role) {
      AxisMap units = units(p, small, large, role);
      return p.kind() == Parameter.Kind.NORMED && role != Use.Role.READ && epsilon != 1
          ? all(units).times(i -> Math.sqrt(epsilon))
          : units;
    }

    private static AxisMap.Selection all(AxisMap units) {
      return units instanceof AxisMap.Selection s
          ? s
          : ProductSelection.corner(units.small(), units.large());
    }

    private AxisMap units(Parameter p, Axis.Width small, Axis.Width large, Use.Role role) {
      if (GrowthPlan.keeps(small, large)) {
        return AxisMap.identity(small.size());
      }
      AxisMap.Selection all = copies.units(small, large);
      if (!stream.isNormed(large)) {
        return switch (role) {
          case WRITE -> all;
          case READ, HEAD -> shared(all, large);
          case QUERY -> copies.query(small, large);
        };
      }
      int whole = large.size() / small.size() * small.size();
      double scale = Math.sqrt(variance(small.size(), large.size()));
      AxisMap.Selection read = shared(all.where(i -> i < whole), large);
      AxisMap.Selection written = role == Use.Role.HEAD ? read : all;
      return switch (p.kind()) {
        case NORM_SCALE, STREAM_NORM_SCALE, RMS_NORM_SCALE, BRANCH_NORM ->
            written.times(i -> scale);
        case NORM_SHIFT, STREAM_NORM_SHIFT -> written.where(i -> i < whole);
        case BRANCH_SCALE, HEAD_NORM_SCALE -> all;
        case OTHER, BRANCH_END, NORMED ->
            role == Use.Role.READ
                ? read
                : stream.isRms()
                    ? all.where(i -> i < whole)
                    : paddedWithMean(small.size(), large.size());
      };
    }

    private AxisMap.Selection shared(AxisMap.Selection units, Axis.Width large) {
      double[] shares =
          Copies.unequalShares(units, new SeededRandom(seed, "lemon/" + large.name()));
      return units.times(i -> shares[i]);
    }

    private static AxisMap paddedWithMean(int small, int large) {
      int[] index = new int[large];
      for (int i = 0; i < large; i++) {
        index[i] = i < large / small * small ? i % small : AxisMap.Selection.MEAN;
      }
      return new AxisMap.Selection(small, index);
    }
  }
}
