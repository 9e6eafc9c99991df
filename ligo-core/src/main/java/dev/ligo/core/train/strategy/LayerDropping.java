package dev.ligo.core.train.strategy;

import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.core.data.SeededRandom;
import dev.ligo.core.hyperparameter.Hyperparameter;
import dev.ligo.core.hyperparameter.Hyperparameters;
import dev.ligo.core.hyperparameter.Interval;
import dev.ligo.core.model.Stack;
import dev.ligo.core.train.Rows;
import dev.ligo.core.train.StackShape;
import dev.ligo.core.train.StrategyPlan;
import dev.ligo.core.train.TrainingStrategy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Layer dropping: at every step some examples skip some layers. The rate rises in a straight line
 * with depth, r·l/L for layer l of L (stochastic depth, Huang et al., ECCV 2016; for transformers
 * Zhang and He, NeurIPS 2020). Of each layer a fixed number of examples is dropped, others at each
 * step, so that shapes stay and the layer's work falls (as DINOv2 does, Oquab et al., 2023).
 *
 * @param rate the rate of the last layer, below 1
 */
public record LayerDropping(double rate) implements TrainingStrategy {
  private static final Hyperparameter<Double> RATE =
      Hyperparameter.real(
          "rate", 0.1, Interval.closedOpen(0, 1), "the rate at which the last layer is skipped");

  /**
   * Checks the rate.
   *
   * @param rate the rate of the last layer, below 1
   */
  public LayerDropping {
    RATE.check(rate);
  }

  /** Creates the strategy as the LiGO paper combines it. */
  public LayerDropping() {
    this(RATE.defaultValue());
  }

  @Override
  public Hyperparameters values() {
    return Hyperparameters.of(RATE, rate);
  }

  @Override
  public TrainingStrategy with(Hyperparameters values) {
    return new LayerDropping(values.get(RATE));
  }

  @Override
  public String name() {
    return "layerdrop";
  }

  @Override
  public String summary() {
    return "examples skip layers, more often the deeper (stochastic depth)";
  }

  /**
   * Returns how many examples pass each layer. What rounding takes from one layer it gives to the
   * next, so that all together drop what the rates say.
   */
  int[] passing(int layers, int examples) {
    int[] passing = new int[layers];
    double due = 0;
    long dropped = 0;
    for (int l = 0; l < layers; l++) {
      due += rate * (l + 1) / layers * examples;
      long drop = Math.min(examples - 1, Math.round(due) - dropped);
      passing[l] = (int) (examples - drop);
      dropped += drop;
    }
    return passing;
  }

  @Override
  public StrategyPlan plan(Context context) {
    return new Dropped(context.seed(), StackShape.of(context));
  }

  private final class Dropped implements StrategyPlan {
    private final long seed;
    private final Map<String, StackShape> shapes;

    Dropped(long seed, Map<String, StackShape> shapes) {
      this.seed = seed;
      this.shapes = shapes;
    }

    @Override
    public Phase phase(long step) {
      return Phase.REST;
    }

    @Override
    public Stack route(int variant, Stack stack, Tensors t, NamedTensors inputs) {
      StackShape shape = shapes.get(stack.name());
      int[] passing = passing(shape.layers(), shape.examples());
      return stack.each(
          (number, layer) -> {
            if (passing[number] == shape.examples()) {
              return layer;
            }
            Rows.Choice choice = Rows.Choice.of(t, inputs, stack.name(), number, passing[number]);
            return (h, along) -> {
              List<Tensor> chosen = new ArrayList<>();
              along.forEach(a -> chosen.add(choice.of(a)));
              return choice.change(h, x -> layer.apply(x, chosen));
            };
          });
    }

    @Override
    public Map<String, HostArray> inputs(long step, int micro, Map<String, HostArray> batch) {
      Map<String, HostArray> inputs = new HashMap<>();
      shapes.forEach(
          (name, shape) -> {
            SeededRandom random =
                new SeededRandom(seed, "layerdrop/" + name + "/" + step + "/" + micro);
            int[][] orders = new int[shape.layers()][];
            for (int l = 0; l < orders.length; l++) {
              orders[l] = shuffled(shape.examples(), random);
            }
            inputs.putAll(Rows.inputs(name, orders));
          });
      return inputs;
    }
  }

  private static int[] shuffled(int n, SeededRandom random) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
