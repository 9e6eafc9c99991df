package dev.ligo.core.growth;

import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Model;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.SeededRandom;
import dev.ligo.core.model.Use;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * LiGO (Wang et al., "Learning to Grow Pretrained Models for Efficient Transformer Training", ICLR
 * 2023): width and depth factors that are learned on the large model's loss. One factor for each
 * axis, used wherever the axis is written or read, and a depth factor for each parameter of a
 * stack.
 *
 * <p>An axis or stack that does not grow has no factor. Where the start has other maps for reading
 * than for writing, so has the operator.
 */
public final class LigoMethod implements GrowthMethod {
  private final LigoOptions options;

  /** Creates the method with {@link LigoOptions#defaults}. */
  public LigoMethod() {
    this(LigoOptions.defaults());
  }

  /** Creates the method. */
  public LigoMethod(LigoOptions options) {
    this.options = options;
  }

  @Override
  public String name() {
    return "ligo";
  }

  @Override
  public String summary() {
    return "learns width and depth factors on the large model's own loss (LiGO)";
  }

  @Override
  public boolean learns() {
    return true;
  }

  @Override
  public boolean foldsAttentionScale() {
    return options.start().map(GrowthMethod::foldsAttentionScale).orElse(false);
  }

  @Override
  public GrowthOperator operator(GrowthPlan plan, long seed) {
    LigoStart start =
        options.start().isPresent()
            ? LigoStart.of(options.start().get().operator(plan, seed))
            : LigoStart.of(options, seed);
    Factors maps = new Factors(plan, start, seed);
    return GrowthOperator.of(name(), seed, plan, start.fill(), List.of(maps), () -> maps.values);
  }

  /** Returns what a depth factor is of: a parameter, or a part of one. */
  static String depthKey(Parameter p, Optional<String> part) {
    return p.name() + part.map(n -> "#" + n).orElse("");
  }

  /** Turns the start's maps into factors, and notes their values. */
  private final class Factors implements Maps {
    private final GrowthPlan plan;
    private final LigoStart start;
    private final long seed;
    private final Map<String, HostArray> values = new TreeMap<>();

    Factors(GrowthPlan plan, LigoStart start, long seed) {
      this.plan = plan;
      this.start = start;
      this.seed = seed;
    }

    @Override
    public AxisMap depth(Parameter p, Optional<String> part, int small, int large) {
      if (small == large) {
        return AxisMap.identity(small);
      }
      String key = depthKey(p, part);
      String name = "depth/" + key;
      values.put(name, start.depth(key, small, large));
      return new AxisMap.Factor(name, large, small, AxisMap.Form.DENSE, AxisMap.Sharing.SHARED);
    }

    @Override
    public AxisMap width(Axis.Width small, Axis.Width large, Use.Role role) {
      Optional<LigoStart.Width> begin = start.width(small, large, role);
      if (begin.isEmpty()) {
        return AxisMap.identity(small.size());
      }
      String use = begin.get().tied() ? "" : "/" + role.name().toLowerCase(Locale.ROOT);
      String name = "width/" + large.name() + use;
      AxisMap.Sharing sharing =
          large.stack().isPresent() ? options.sharing() : AxisMap.Sharing.SHARED;
      values.computeIfAbsent(
          name,
          n -> {
            HostArray matrix = begin.get().matrix();
            HostArray rows =
                options.form() == AxisMap.Form.ROWS ? rowsBelowIdentity(matrix, name) : matrix;
            return noisy(repeat(rows, sharing, large), name);
          });
      return new AxisMap.Factor(name, large.size(), small.size(), options.form(), sharing);
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
      Model<?> model = sharing == AxisMap.Sharing.LARGE ? plan.large() : plan.small();
      int layers = model.layout().stacks().get(stack);
      HostArray out =
          HostArray.zeros(rows.dtype(), Shape.of(layers, rows.shape().dim(0), rows.shape().dim(1)));
      for (int i = 0; i < out.size(); i++) {
        out.set(i, rows.get(i % rows.size()));
      }
      return out;
    }
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
