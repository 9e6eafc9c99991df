package dev.ligo.core.growth;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.SeededRandom;
import dev.ligo.core.model.Use;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where LiGO's factors begin: matrices (large, small), float32. */
interface LigoStart {
  /**
   * The beginning of a width factor.
   *
   * @param matrix the values (large, small)
   * @param tied whether all roles of the axis have one factor
   */
  record Width(HostArray matrix, boolean tied) {}

  /** Returns the beginning of a depth factor, (large layers, small layers). */
  HostArray depth(String parameterAndPart, int small, int large);

  /** Returns the beginning of a width factor, or empty for an axis that stays as it is. */
  Optional<Width> width(Axis.Width small, Axis.Width large, Use.Role role);

  /** Returns what entries hold that no term reaches. */
  default ParameterGrowth.Fill fill() {
    return ParameterGrowth.Fill.ZERO;
  }

  /** Returns the start by rules of LiGO's own. */
  static LigoStart of(LigoOptions options, long seed) {
    return new ByRule(options, seed);
  }

  /** Returns the start from another method's operator, whose factors are then learned. */
  static LigoStart of(GrowthOperator operator) {
    return new FromOperator(operator);
  }

  /** Draws factors as the paper's authors do. */
  record ByRule(LigoOptions options, long seed) implements LigoStart {
    @Override
    public HostArray depth(String key, int small, int large) {
      SeededRandom random = new SeededRandom(seed, "ligo/depth/" + key);
      HostArray rows = HostArray.zeros(DType.FLOAT32, Shape.of(large, small));
      for (int l = 0; l < large; l++) {
        for (int j = 0; j < small; j++) {
          boolean source =
              switch (options.depth()) {
                case STACK -> j == l % small;
                case INTERPOLATE -> j == (int) ((long) l * small / large);
                case RANDOM -> false;
              };
          double noise =
              options.depth() == LigoOptions.DepthStart.RANDOM ? 1 : options.depthNoise();
          rows.set(l * small + j, (source ? 1 : 0) + noise * random.nextDouble());
        }
        divideBySum(rows, l);
      }
      return rows;
    }

    @Override
    public Optional<Width> width(Axis.Width small, Axis.Width large, Use.Role role) {
      if (small.size() == large.size()) {
        return Optional.empty();
      }
      SeededRandom random = new SeededRandom(seed, "ligo/width/" + large.name());
      HostArray m = HostArray.zeros(DType.FLOAT32, Shape.of(large.size(), small.size()));
      AxisMap.Selection corner = ProductSelection.corner(small, large);
      for (int i = 0; i < large.size(); i++) {
        if (corner.index(i) == AxisMap.Selection.NONE) {
          drawRow(m, i, random);
        } else {
          m.set(i * small.size() + corner.index(i), 1);
        }
      }
      return Optional.of(new Width(m, true));
    }

    private void drawRow(HostArray m, int row, SeededRandom random) {
      int n = m.shape().dim(1);
      int chosen = random.nextInt(n);
      for (int j = 0; j < n; j++) {
        double selected = j == chosen ? 1 : 0;
        double value =
            switch (options.width()) {
              case RANDOM -> random.nextDouble();
              case SOFTMAX -> Math.exp(random.nextGaussian());
              case SELECTION -> selected;
            };
        m.set(row * n + j, value);
      }
      divideBySum(m, row);
    }

    private static void divideBySum(HostArray m, int row) {
      int n = m.shape().dim(1);
      double sum = 0;
      for (int j = 0; j < n; j++) {
        sum += m.get(row * n + j);
      }
      for (int j = 0; j < n; j++) {
        m.set(row * n + j, m.get(row * n + j) / sum);
      }
    }
  }

  /** Takes the maps of an operator of one term for each parameter. */
  final class FromOperator implements LigoStart {
    private record AxisRole(String axis, Use.Role role) {}

    private final Map<AxisRole, AxisMap> widths = new HashMap<>();
    private final Map<String, AxisMap> depths = new HashMap<>();
    private final ParameterGrowth.Fill fill;

    FromOperator(GrowthOperator operator) {
      fill =
          operator.parameters().values().stream()
              .map(ParameterGrowth::fill)
              .findFirst()
              .orElse(ParameterGrowth.Fill.ZERO);
      for (ParameterGrowth g : operator.parameters().values()) {
        for (int part = 0; part < g.parts().size(); part++) {
          note(operator, g, part);
        }
      }
    }

    private void note(GrowthOperator operator, ParameterGrowth g, int part) {
      List<Term> terms = g.parts().get(part);
      if (terms.size() != 1 || !g.isSelection()) {
        throw new GrowthException(
            "LiGO starts from methods whose operator is one selection for each parameter; '"
                + operator.method()
                + "' is not for '"
                + g.name()
                + "'.");
      }
      List<Use> uses = g.large().parts().get(part);
      for (int i = 0; i < uses.size(); i++) {
        if (uses.get(i).axis() instanceof Axis.Width w) {
          widths.put(new AxisRole(w.name(), uses.get(i).role()), terms.get(0).maps().get(i));
        }
      }
      depths.put(
          LigoMethod.depthKey(g.large(), GrowthOperator.partName(g.large(), part)),
          terms.get(0).depth());
    }

    @Override
    public HostArray depth(String key, int small, int large) {
      return matrix(depths.get(key));
    }

    @Override
    public Optional<Width> width(Axis.Width small, Axis.Width large, Use.Role role) {
      AxisMap map = widths.get(new AxisRole(large.name(), role));
      if (map instanceof AxisMap.Identity) {
        return Optional.empty();
      }
      boolean tied =
          widths.entrySet().stream()
              .filter(e -> e.getKey().axis().equals(large.name()))
              .allMatch(e -> e.getValue().equals(map));
      return Optional.of(new Width(matrix(map), tied));
    }

    @Override
    public ParameterGrowth.Fill fill() {
      return fill;
    }

    private static HostArray matrix(AxisMap map) {
      HostArray m = HostArray.zeros(DType.FLOAT32, Shape.of(map.large(), map.small()));
      for (int i = 0; i < map.large(); i++) {
        boolean selects =
            map instanceof AxisMap.Selection s && s.index(i) != AxisMap.Selection.NONE;
        if (map instanceof AxisMap.Selection s && selects) {
          m.set(i * map.small() + s.index(i), s.scale(i));
        } else if (map instanceof AxisMap.Identity) {
          m.set(i * map.small() + i, 1);
        }
      }
      return m;
    }
  }
}
