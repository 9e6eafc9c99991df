package dev.ligo.core.train.strategy;

import dev.ligo.core.data.SeededRandom;
import dev.ligo.core.hyperparameter.Hyperparameter;
import dev.ligo.core.hyperparameter.Hyperparameters;
import dev.ligo.core.hyperparameter.Interval;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Stack;
import dev.ligo.core.train.StackShape;
import dev.ligo.core.train.StrategyPlan;
import dev.ligo.core.train.TrainingException;
import dev.ligo.core.train.TrainingStrategy;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Staged training by sub-networks, the two stages of bert2BERT (Chen et al., ACL 2022): in the
 * first part of a run every step draws one of the networks of the first b, 2b, … layers, which
 * share the last norm and the head, and trains its last b layers and what comes after; then all of
 * the model is trained. The first of them is trained with the embeddings.
 *
 * @param block b, the number of layers by which the networks differ; 0 for a quarter of all
 * @param share the share of the run that is the first part
 */
public record SubNetworks(int block, double share) implements TrainingStrategy {
  private static final Hyperparameter<Integer> LAYERS =
      Hyperparameter.integer(
          "layers",
          0,
          Interval.atLeast(0),
          "the number of layers by which sub-networks differ; 0 for a quarter of all");
  private static final Hyperparameter<Double> SHARE =
      Hyperparameter.real(
          "share", 0.125, Interval.open(0, 1), "the share of the steps that sub-networks have");

  /** What draws are named by: the strategy's first name, so that a seed gives the same run. */
  private static final String DRAW = "staged/";

  private static final int QUARTER = 4;

  /**
   * Refuses values out of their range.
   *
   * @param block b, the number of layers by which the networks differ; 0 for a quarter of all
   * @param share the share of the run that is the first part
   */
  public SubNetworks {
    LAYERS.check(block);
    SHARE.check(share);
  }

  /** Creates the strategy with its defaults. */
  public SubNetworks() {
    this(LAYERS.defaultValue(), SHARE.defaultValue());
  }

  @Override
  public Hyperparameters values() {
    return Hyperparameters.of(LAYERS, block).and(SHARE, share);
  }

  @Override
  public TrainingStrategy with(Hyperparameters values) {
    return new SubNetworks(values.get(LAYERS), values.get(SHARE));
  }

  @Override
  public String name() {
    return "subnetworks";
  }

  @Override
  public String summary() {
    return "sub-networks of the first layers are trained in the first part of the run (bert2BERT's"
        + " two stages)";
  }

  @Override
  public StrategyPlan plan(Context context) {
    String stack = StackShape.deepest(context);
    int layers = context.model().spec().layout().stacks().get(stack);
    int size = block == 0 ? Math.max(1, layers / QUARTER) : block;
    if (size >= layers) {
      throw new TrainingException(
          "training by sub-networks needs blocks of fewer layers than the model's "
              + layers
              + ", found "
              + size
              + ".");
    }
    return new Stages(context, stack, layers, size);
  }

  private final class Stages implements StrategyPlan {
    private final Context context;
    private final String stack;
    private final int layers;
    private final int size;
    private final int networks;
    private final Set<String> after;
    private final Set<String> outside = new HashSet<>();

    Stages(Context context, String stack, int layers, int size) {
      this.context = context;
      this.stack = stack;
      this.layers = layers;
      this.size = size;
      this.networks = (layers + size - 1) / size;
      this.after = StackShape.after(context, stack);
      for (Parameter p : context.model().spec().layout().parameters()) {
        if (!p.stack().equals(Optional.of(stack))) {
          for (int l = 0; l < context.model().spec().layout().layers(p); l++) {
            outside.add(p.at(l));
          }
        }
      }
    }

    /** Returns the number of a sub-network, or of all the model after the first part. */
    @Override
    public int variant(long step) {
      return step > context.steps(share)
          ? networks
          : new SeededRandom(context.seed(), DRAW + step).nextInt(networks);
    }

    @Override
    public Phase phase(long step) {
      long drawn = context.steps(share);
      return step > drawn ? Phase.REST : new Phase(drawn, networks);
    }

    private int depth(int variant) {
      return Math.min(layers, (variant + 1) * size);
    }

    @Override
    public Stack prune(int variant, Stack s) {
      return variant == networks || !s.name().equals(stack) ? s : s.first(depth(variant));
    }

    @Override
    public boolean trains(int variant, String parameter) {
      if (variant == networks || after.contains(parameter)) {
        return true;
      }
      if (outside.contains(parameter)) {
        return variant == 0;
      }
      int layer = layer(stack, parameter);
      return layer >= depth(variant) - size && layer < depth(variant);
    }
  }

  /** Returns the number of the layer of a stack's parameter. */
  static int layer(String stack, String parameter) {
    String rest = parameter.substring(stack.length() + 1);
    return Integer.parseInt(rest.substring(0, rest.indexOf('.')));
  }
}
