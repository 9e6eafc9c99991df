package dev.ligo.core.growth.method;

import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.data.SeededRandom;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Use;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Makes LiGO's factors from matrices, in the form and sharing of its options, and notes them. */
final class WidthFactors {
  private final GrowthPlan plan;
  private final LigoOptions options;
  private final long seed;
  private final HeadTransforms heads;
  private final Map<String, HostArray> values = new TreeMap<>();

  WidthFactors(GrowthPlan plan, LigoOptions options, long seed) {
    this.plan = plan;
    this.options = options;
    this.seed = seed;
    this.heads =
        options.head() == LigoOptions.Head.OWN
            ? HeadTransforms.of(plan.large())
            : HeadTransforms.NONE;
  }

  /**
   * Returns the name of the factor that grows a parameter's use of an axis.
   *
   * @param name the name of the axis's factor
   */
  String key(String name, Parameter p, Axis.Width axis, Use.Role role) {
    return heads.transforms(p, axis, role) ? name + "/transform" : name;
  }

  /** Returns the values of all factors that were made, by name. */
  Map<String, HostArray> values() {
    return values;
  }

  /** Returns a depth factor that begins as a matrix (large layers, small layers). */
  AxisMap depth(String key, HostArray matrix, List<Integer> unreached) {
    String name = "depth/" + key;
    values.put(name, matrix);
    return new AxisMap.Factor(
        name,
        matrix.shape().dim(0),
        matrix.shape().dim(1),
        AxisMap.Form.DENSE,
        AxisMap.Sharing.SHARED,
        unreached);
  }

  /** Returns a factor of an axis that begins as a sum of maps. */
  AxisMap width(String key, Axis.Width axis, MapSum start) {
    AxisMap first = start.maps().get(0);
    return width(key, axis, first.small(), start::matrix, start.unreached());
  }

  /**
   * Returns a factor of an axis that begins as a matrix (large, small), asked for where the factor
   * is new.
   */
  AxisMap width(
      String key, Axis.Width axis, int small, Supplier<HostArray> matrix, List<Integer> unreached) {
    String name = "width/" + key;
    AxisMap.Sharing sharing = axis.stack().isPresent() ? options.sharing() : AxisMap.Sharing.SHARED;
    values.computeIfAbsent(
        name,
        n -> {
          HostArray rows =
              options.form() == AxisMap.Form.ROWS
                  ? rowsBelowIdentity(matrix.get(), name)
                  : matrix.get();
          return noisy(repeat(rows, sharing, axis), name);
        });
    return new AxisMap.Factor(name, axis.size(), small, options.form(), sharing, unreached);
  }

  private HostArray noisy(HostArray rows, String name) {
    SeededRandom random = new SeededRandom(seed, "ligo/noise/" + name);
    for (int i = 0; options.widthNoise() > 0 && i < rows.size(); i++) {
      rows.set(i, rows.get(i) + options.widthNoise() * random.nextGaussian());
    }
    return rows;
  }

  /** Gives each layer that has a factor of its own a copy of the values. */
  private HostArray repeat(HostArray rows, AxisMap.Sharing sharing, Axis.Width axis) {
    if (sharing == AxisMap.Sharing.SHARED) {
      return rows;
    }
    String stack = axis.stack().orElseThrow();
    ModelSpec<?> model = sharing == AxisMap.Sharing.LARGE ? plan.large() : plan.small();
    int layers = model.layout().stacks().get(stack);
    HostArray out =
        HostArray.zeros(rows.dtype(), Shape.of(layers, rows.shape().dim(0), rows.shape().dim(1)));
    for (int i = 0; i < out.size(); i++) {
      out.set(i, rows.get(i % rows.size()));
    }
    return out;
  }

  /** Returns C of [I; C]. */
  private static HostArray rowsBelowIdentity(HostArray matrix, String name) {
    int small = matrix.shape().dim(1);
    for (int i = 0; i < small * small; i++) {
      if (matrix.get(i) != (i / small == i % small ? 1 : 0)) {
        throw new GrowthException(
            "factor '"
                + name
                + "' does not begin with the identity, as the form [I; C] needs; "
                + "choose the dense form for this start.");
      }
    }
    HostArray out = HostArray.zeros(matrix.dtype(), Shape.of(matrix.shape().dim(0) - small, small));
    for (int i = 0; i < out.size(); i++) {
      out.set(i, matrix.get(small * small + i));
    }
    return out;
  }
}
