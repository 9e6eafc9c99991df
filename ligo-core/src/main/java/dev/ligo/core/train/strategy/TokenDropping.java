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
import dev.ligo.core.train.TrainingException;
import dev.ligo.core.train.TrainingStrategy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Token dropping (Hou et al., ACL 2022): some tokens skip the middle layers and join again before
 * the last ones. A fixed number of them is drawn for each example at every step, evenly (as
 * random-LTD does, Yao et al., 2022) from those that the loss does not depend on directly; the
 * order of the rest stays, so that causal attention is what it was.
 *
 * @param share the share of an example's tokens that is dropped, below 1
 */
public record TokenDropping(double share) implements TrainingStrategy {
  private static final Hyperparameter<Double> SHARE =
      Hyperparameter.real(
          "share", 0.15, Interval.closedOpen(0, 1), "the share of the tokens that skip layers");

  private static final int QUARTER = 4;
  private static final int FEWEST_LAYERS = 3;

  /**
   * Checks the share.
   *
   * @param share the share of an example's tokens that is dropped, below 1
   */
  public TokenDropping {
    SHARE.check(share);
  }

  /** Creates the strategy as the LiGO paper combines it. */
  public TokenDropping() {
    this(SHARE.defaultValue());
  }

  @Override
  public Hyperparameters values() {
    return Hyperparameters.of(SHARE, share);
  }

  @Override
  public TrainingStrategy with(Hyperparameters values) {
    return new TokenDropping(values.get(SHARE));
  }

  @Override
  public String name() {
    return "tokendrop";
  }

  @Override
  public String summary() {
    return "some tokens skip the middle half of the layers";
  }

  /** Returns how many tokens of an example pass the middle layers. */
  int passing(int tokens, int leading) {
    return (int) Math.max(leading, tokens - Math.round(share * tokens));
  }

  @Override
  public StrategyPlan plan(Context context) {
    Map<String, StackShape> shapes = StackShape.of(context);
    shapes.values().removeIf(s -> s.tokens() == 1 || s.layers() < FEWEST_LAYERS);
    if (shapes.isEmpty()) {
      throw new TrainingException(
          "token dropping needs a stack of 3 layers or more, whose first and last see every"
              + " token, and more than one token, found none.");
    }
    return new Dropped(context, shapes);
  }

  private final class Dropped implements StrategyPlan {
    private final Context context;
    private final Map<String, StackShape> shapes;
    private final int leading;

    Dropped(Context context, Map<String, StackShape> shapes) {
      this.context = context;
      this.shapes = shapes;
      this.leading = context.model().spec().architecture().leadingTokens();
    }

    @Override
    public Phase phase(long step) {
      return Phase.REST;
    }

    @Override
    public Stack route(int variant, Stack stack, Tensors t, NamedTensors inputs) {
      StackShape shape = shapes.get(stack.name());
      if (shape == null) {
        return stack;
      }
      int full = Math.max(1, shape.layers() / QUARTER);
      int passing = passing(shape.tokens(), leading);
      return stack.within(
          full,
          shape.layers() - full,
          middle ->
              (h, along) -> {
                Rows.Choice choice =
                    Rows.Choice.of(t, inputs, stack.name(), 0, shape.examples() * passing);
                List<Tensor> chosen = new ArrayList<>();
                along.forEach(a -> chosen.add(ofTokens(a, shape) ? some(choice, a, passing) : a));
                Tensor rows = flat(h);
                return choice
                    .change(
                        rows, x -> flat(middle.apply(apart(x, shape.examples(), passing), chosen)))
                    .reshape(h.shape());
              });
    }

    @Override
    public Map<String, HostArray> inputs(long step, int micro, Map<String, HostArray> batch) {
      int[] scored = context.model().scoredTokens(batch);
      Map<String, HostArray> inputs = new HashMap<>();
      shapes.forEach(
          (name, shape) -> {
            SeededRandom random =
                new SeededRandom(context.seed(), "tokendrop/" + name + "/" + step + "/" + micro);
            inputs.putAll(Rows.inputs(name, order(shape, scored, random)));
          });
      return inputs;
    }

    /** Returns all tokens, those that pass first, in the order of the batch. */
    private int[] order(StackShape shape, int[] scored, SeededRandom random) {
      int tokens = shape.tokens();
      int passing = passing(tokens, leading);
      boolean[] keep = new boolean[shape.examples() * tokens];
      for (int token : scored) {
        keep[token] = true;
      }
      int[] order = new int[keep.length];
      int chosen = 0;
      int dropped = shape.examples() * passing;
      for (int example = 0; example < shape.examples(); example++) {
        boolean[] passes = drawn(keep, example * tokens, tokens, passing, random);
        for (int i = 0; i < tokens; i++) {
          order[passes[i] ? chosen++ : dropped++] = example * tokens + i;
        }
      }
      return order;
    }

    /** Draws the tokens of an example that pass: the leading ones, the scored ones, then others. */
    private boolean[] drawn(
        boolean[] keep, int first, int tokens, int passing, SeededRandom random) {
      double[] rank = new double[tokens];
      Integer[] places = new Integer[tokens];
      for (int i = 0; i < tokens; i++) {
        rank[i] =
            i < leading ? -1 : keep[first + i] ? random.nextDouble() : 1 + random.nextDouble();
        places[i] = i;
      }
      Arrays.sort(places, Comparator.comparingDouble(i -> rank[i]));
      boolean[] passes = new boolean[tokens];
      for (int i = 0; i < passing; i++) {
        passes[places[i]] = true;
      }
      return passes;
    }
  }

  /** Returns whether a tensor that goes along is of the tokens, (examples, tokens, …). */
  private static boolean ofTokens(Tensor a, StackShape shape) {
    return a.shape().rank() > 1
        && a.shape().dim(0) == shape.examples()
        && a.shape().dim(1) == shape.tokens();
  }

  /** (examples, tokens, …) to (examples · tokens, …). */
  private static Tensor flat(Tensor x) {
    int[] dims = x.shape().dims();
    int[] flat = Arrays.copyOfRange(dims, 1, dims.length);
    flat[0] = dims[0] * dims[1];
    return x.reshape(flat);
  }

  /** (examples · tokens, …) to (examples, tokens, …). */
  private static Tensor apart(Tensor x, int examples, int tokens) {
    int[] dims = x.shape().dims();
    int[] apart = new int[dims.length + 1];
    System.arraycopy(dims, 1, apart, 2, dims.length - 1);
    apart[0] = examples;
    apart[1] = tokens;
    return x.reshape(apart);
  }

  private static Tensor some(Rows.Choice choice, Tensor a, int passing) {
    return apart(choice.of(flat(a)), a.shape().dim(0), passing);
  }
}
