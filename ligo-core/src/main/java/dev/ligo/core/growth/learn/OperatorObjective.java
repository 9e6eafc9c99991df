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
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The large model's own loss as a function of an operator's factors (Wang et al., equation 4): its
 * parameters are grown inside the program from the small ones, which are constants. Fresh
 * parameters are variables beside the factors.
 *
 * <p>Variables: {@code factor/…}, {@code fresh/…}. Constants: {@code small/…} (layers, …) and
 * {@code fill/…} by the parameter's name.
 */
final class OperatorObjective implements Objective {
  private final TaskModel<?> large;
  private final List<ParameterGrowth> growths;
  private final GrowthOperator operator;
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
  }

  @Override
  public Tensors.Loss loss(
      Tensors t, NamedTensors variables, NamedTensors constants, NamedTensors batch) {
    return large.loss(t, grow(t, variables, constants), batch, dropout);
  }

  /** Returns the large model's parameters. */
  NamedTensors grow(Tensors t, NamedTensors variables, NamedTensors constants) {
    NamedTensors factors = variables.under("factor/");
    Map<String, Tensor> parameters = new TreeMap<>(variables.under("fresh/").asMap());
    for (ParameterGrowth g : growths) {
      String fillName = "fill/" + g.name();
      Optional<Tensor> fill =
          constants.has(fillName) ? Optional.of(constants.get(fillName)) : Optional.empty();
      Tensor layers =
          t.scopeOf(
              () -> new TensorGrowth(t, factors).grow(g, constants.get("small/" + g.name()), fill));
      List<Tensor> each = layers.unstack();
      for (int l = 0; l < each.size(); l++) {
        parameters.put(g.large().at(l), each.get(l));
      }
    }
    return NamedTensors.of(parameters);
  }

  /** Returns the initial values of what is learned: the factors and fresh parameters in use. */
  Map<String, HostArray> variables(DType dtype) {
    Map<String, HostArray> m = new TreeMap<>();
    growths.forEach(
        g ->
            g.factors()
                .forEach(
                    f -> m.put("factor/" + f.name(), operator.factors().get(f.name()).as(dtype))));
    operator
        .fresh()
        .forEach(
            (n, a) -> {
              if (used.contains(n)) {
                m.put("fresh/" + n, a.as(dtype));
              }
            });
    return m;
  }

  /** Returns the constants: the small model's parameters, and fills. */
  Map<String, HostArray> constants(Function<String, HostArray> source, DType dtype) {
    Map<String, HostArray> m = new TreeMap<>();
    for (ParameterGrowth g : growths) {
      m.put("small/" + g.name(), OperatorApplication.stack(g, source).as(dtype));
      OperatorApplication.fill(g, dtype, operator.seed())
          .ifPresent(f -> m.put("fill/" + g.name(), f));
    }
    return m;
  }
}
