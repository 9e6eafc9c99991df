package dev.ligo.core.growth.learn;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.growth.apply.OperatorApplication;
import dev.ligo.core.growth.apply.TensorGrowth;
import dev.ligo.core.model.TaskModel;
import dev.ligo.core.train.Objective;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The large model's own loss as a function of what is learned of an operator (Wang et al., equation
 * 4): its parameters are grown inside the program from the small ones, which are constants. Fresh
 * parameters are variables beside the factors and scales.
 *
 * <p>Variables: {@code fresh/…}, and those of {@link LearnedFactors} and {@link LearnedScales}.
 * Batches may say by {@code ahead/…} how far the large model's parameters are moved before the loss
 * is taken. Constants: {@code small/…} (layers, …) by the parameter's name, and those of the two.
 */
final class OperatorObjective implements Objective {
  /** How far the large model's parameters have been trained on, by name, in a batch. */
  static final String AHEAD = "ahead/";

  private static final String SMALL = "small/";
  private static final String FRESH = "fresh/";

  private final TaskModel<?> large;
  private final List<ParameterGrowth> growths;
  private final GrowthOperator operator;
  private final LearnedFactors factors;
  private final LearnedScales scales;
  private final Set<String> used;
  private final boolean dropout;

  /** Creates the objective; only the parameters that the task uses are grown. */
  OperatorObjective(TaskModel<?> large, GrowthOperator operator, boolean dropout) {
    this.large = large;
    this.operator = operator;
    this.dropout = dropout;
    this.used = large.used();
    this.growths =
        operator.parameters().values().stream()
            .filter(g -> used.contains(g.large().at(0)))
            .toList();
    this.factors = new LearnedFactors(operator, growths);
    this.scales = new LearnedScales(operator.learned().scaleRate(), operator.seed(), growths);
  }

  @Override
  public Tensors.Loss loss(
      Tensors t, NamedTensors variables, NamedTensors constants, NamedTensors batch) {
    NamedTensors moves = batch.under(AHEAD);
    NamedTensors parameters =
        grow(t, variables, constants).map((n, x) -> moves.has(n) ? x.add(moves.get(n)) : x);
    return large.loss(t, parameters, batch, dropout);
  }

  /** Returns the large model's parameters. */
  NamedTensors grow(Tensors t, NamedTensors variables, NamedTensors constants) {
    NamedTensors values = factors.values(variables, constants);
    Map<String, Tensor> parameters = new TreeMap<>(variables.under(FRESH).asMap());
    for (ParameterGrowth g : growths) {
      Tensor layers =
          t.scopeOf(
              () ->
                  new TensorGrowth(t, values)
                      .grow(
                          g,
                          scales.copied(g, variables, constants.get(SMALL + g.name())),
                          scales.fill(g, variables, constants)));
      List<Tensor> each = layers.unstack();
      for (int l = 0; l < each.size(); l++) {
        parameters.put(g.large().at(l), each.get(l));
      }
    }
    return NamedTensors.of(parameters);
  }

  /** Returns the constants: the small model's parameters, fresh values, and where factors begin. */
  Map<String, HostArray> constants(Function<String, HostArray> source, DType dtype) {
    Map<String, HostArray> m = new TreeMap<>(scales.constants(dtype));
    m.putAll(factors.constants(dtype));
    for (ParameterGrowth g : growths) {
      m.put(SMALL + g.name(), OperatorApplication.stack(g, source).as(dtype));
    }
    return m;
  }

  /** Returns the initial values of what is learned: factors, scales, fresh parameters in use. */
  Map<String, HostArray> variables(Map<String, HostArray> constants, DType dtype) {
    Map<String, HostArray> m = new TreeMap<>(factors.variables(dtype));
    m.putAll(scales.variables(constants, dtype));
    operator
        .fresh()
        .forEach(
            (n, a) -> {
              if (used.contains(n)) {
                m.put(FRESH + n, a.as(dtype));
              }
            });
    return m;
  }

  /** Returns whether weight decay applies to a variable: to a fresh head's matrices alone. */
  static boolean decays(String name, HostArray variable) {
    return name.startsWith(FRESH) && variable.shape().rank() > 1;
  }

  /** Returns how many numbers are learned, fresh parameters apart. */
  static long scalars(Map<String, HostArray> variables) {
    return variables.entrySet().stream()
        .filter(e -> !e.getKey().startsWith(FRESH))
        .mapToLong(e -> e.getValue().size())
        .sum();
  }

  /** Returns the operator that variables make. */
  GrowthOperator learned(Map<String, HostArray> variables) {
    Map<String, HostArray> values = new TreeMap<>(operator.factors());
    values.putAll(factors.learned(variables));
    Map<String, HostArray> fresh = new TreeMap<>(operator.fresh());
    fresh.replaceAll((n, a) -> variables.getOrDefault(FRESH + n, a));
    return scales.learned(operator.withValues(values, fresh), variables);
  }

  /** Returns how far factors moved, ‖F − F₀‖ / ‖F₀‖ over all that are in use. */
  double movement(Map<String, HostArray> before, Map<String, HostArray> after) {
    Map<String, HostArray> begun = factors.learned(before);
    double moved = 0;
    double size = 0;
    for (Map.Entry<String, HostArray> e : factors.learned(after).entrySet()) {
      HostArray b = begun.get(e.getKey());
      HostArray a = e.getValue();
      for (int i = 0; i < b.size(); i++) {
        double d = a.get(i) - b.get(i);
        moved += d * d;
        size += b.get(i) * b.get(i);
      }
    }
    return size == 0 ? 0 : Math.sqrt(moved / size);
  }
}
