package dev.ligo.core.growth.learn;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.growth.ParameterGrowth.Fill;
import dev.ligo.core.growth.apply.OperatorApplication;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The scales of fresh values and of copies: constant, or learned beside an operator's factors. One
 * is learned for each block of a parameter's fill, and one for what the parameter copies if it has
 * no factor along the layers; the layers of a stack share them. A scale is where it begins plus the
 * rate times a variable that begins at 0, so that AdamW moves it by the rate times as much as an
 * entry of a factor.
 *
 * <p>Variables, all scalars: {@code scale/NAME/BLOCK} and {@code scale/NAME/copy}. Constants:
 * {@code fill/NAME/BLOCK}, fresh values in one block alone and unscaled; without learning {@code
 * fill/NAME}.
 *
 * @param rate by how many times a factor's rate scales are learned, 0 if they stay
 * @param seed what fresh values are drawn from
 * @param growths how the parameters in use grow
 */
record LearnedScales(double rate, long seed, List<ParameterGrowth> growths) {
  private static final String SCALE = "scale/";
  private static final String FILL = "fill/";
  private static final String COPY = "copy";

  private static String of(ParameterGrowth g, Fill.Block block) {
    return g.name() + "/" + block.name().toLowerCase(Locale.ROOT);
  }

  private static String copy(ParameterGrowth g) {
    return SCALE + g.name() + "/" + COPY;
  }

  /** Returns the constants: the fresh values that are added to parameters. */
  Map<String, HostArray> constants(DType dtype) {
    Map<String, HostArray> m = new TreeMap<>();
    for (ParameterGrowth g : growths) {
      if (rate == 0) {
        OperatorApplication.fill(g, dtype, seed).ifPresent(f -> m.put(FILL + g.name(), f));
      } else if (g.isFilled()) {
        for (Fill.Block block : Fill.Block.values()) {
          ParameterGrowth alone = g.with(g.parts(), Fill.of(b -> b == block ? 1 : 0));
          OperatorApplication.fill(alone, dtype, seed)
              .filter(LearnedScales::isSomething)
              .ifPresent(f -> m.put(FILL + of(g, block), f));
        }
      }
    }
    return m;
  }

  private static boolean isSomething(HostArray values) {
    for (int i = 0; i < values.size(); i++) {
      if (values.get(i) != 0) {
        return true;
      }
    }
    return false;
  }

  /** Returns the variables where learning begins, those of the blocks that constants fill. */
  Map<String, HostArray> variables(Map<String, HostArray> constants, DType dtype) {
    Map<String, HostArray> m = new TreeMap<>();
    if (rate == 0) {
      return m;
    }
    constants.keySet().stream()
        .filter(n -> n.startsWith(FILL))
        .forEach(n -> m.put(SCALE + n.substring(FILL.length()), HostArray.scalar(dtype, 0)));
    growths.stream()
        .filter(g -> g.terms().noneMatch(t -> t.depth() instanceof AxisMap.Factor))
        .forEach(g -> m.put(copy(g), HostArray.scalar(dtype, 0)));
    return m;
  }

  /**
   * Returns a small parameter's layers times the scale of the parameter's copy: what the model
   * computes with is scaled, and not what it stores.
   */
  Tensor copied(ParameterGrowth g, NamedTensors variables, Tensor small) {
    if (!variables.has(copy(g))) {
      return small;
    }
    Tensor more = variables.get(copy(g)).mul(rate);
    Tensor scaled = small.mul(more.add(1));
    return g.offset() == 0 ? scaled : scaled.add(more.mul(g.offset()));
  }

  /** Returns the fresh values that are added to a parameter's layers. */
  Optional<Tensor> fill(ParameterGrowth g, NamedTensors variables, NamedTensors constants) {
    if (constants.has(FILL + g.name())) {
      return Optional.of(constants.get(FILL + g.name()));
    }
    Optional<Tensor> sum = Optional.empty();
    for (Fill.Block block : Fill.Block.values()) {
      if (constants.has(FILL + of(g, block))) {
        Tensor moved = variables.get(SCALE + of(g, block)).mul(rate);
        Tensor scaled = constants.get(FILL + of(g, block)).mul(moved.add(g.fill().scale(block)));
        sum = Optional.of(sum.map(scaled::add).orElse(scaled));
      }
    }
    return sum;
  }

  /** Returns an operator with the scales that were learned. */
  GrowthOperator learned(GrowthOperator operator, Map<String, HostArray> variables) {
    return operator.withParameters(
        operator.parameters().values().stream().map(g -> learned(g, variables)).toList());
  }

  private ParameterGrowth learned(ParameterGrowth g, Map<String, HostArray> variables) {
    double more = moved(variables, copy(g));
    return g.with(
        more == 0
            ? g.parts()
            : g.parts().stream()
                .map(terms -> terms.stream().map(t -> t.times(1 + more)).toList())
                .toList(),
        Fill.of(b -> g.fill().scale(b) + moved(variables, SCALE + of(g, b))));
  }

  private double moved(Map<String, HostArray> variables, String name) {
    HostArray variable = variables.get(name);
    return variable == null ? 0 : rate * variable.get(0);
  }
}
