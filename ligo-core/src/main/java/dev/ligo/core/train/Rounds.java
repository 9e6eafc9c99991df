package dev.ligo.core.train;

import com.google.gson.JsonObject;
import dev.ligo.api.HostArray;
import dev.ligo.core.data.BatchSource;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A run whose workers train by themselves and meet after some steps, for models that are too large
 * to be sent at each step (Douillard et al., "DiLoCo: Distributed Low-Communication Training of
 * Language Models", arXiv 2311.08105). Each batch of a step is a worker's. From the round's
 * beginning to the mean of the workers is what the outer optimizer takes for its gradient: gradient
 * descent with Nesterov's momentum.
 *
 * <p>The moments of AdamW are averaged, too, and not kept by the workers, as they may be in the
 * paper: a worker then needs nothing but what it is sent, so that a lost one is replaced.
 *
 * @param workers lets the workers train
 * @param steps the steps of a round
 * @param learningRate that of the outer optimizer
 * @param momentum that of the outer optimizer
 */
public record Rounds(RoundSource workers, long steps, double learningRate, double momentum) {
  /** The learning rate of the outer optimizer that the paper found to be best. */
  public static final double LEARNING_RATE = 0.7;

  /** The momentum of the outer optimizer that the paper found to be best. */
  public static final double MOMENTUM = 0.9;

  private static final String VARIABLE = "variable/";

  /** What precedes a variable's name in that of its outer momentum. */
  private static final String OUTER = "outer/";

  /**
   * Checks the numbers.
   *
   * @param workers lets the workers train
   * @param steps the steps of a round
   * @param learningRate that of the outer optimizer
   * @param momentum that of the outer optimizer
   */
  public Rounds {
    if (steps < 1 || !(learningRate > 0) || !(momentum >= 0 && momentum < 1)) {
      throw new TrainingException(
          "a round should have at least 1 step, an outer learning rate above 0 and a momentum from"
              + " 0 to below 1, found "
              + steps
              + ", "
              + learningRate
              + " and "
              + momentum
              + ".");
    }
  }

  /**
   * Refuses evaluations within a round.
   *
   * @param held the data to evaluate on, if there is any
   * @param options how the model is trained
   * @throws TrainingException if there is, and a round does not end where it is evaluated on
   */
  public void requireEvaluated(Optional<BatchSource> held, TrainingOptions options) {
    if (held.isPresent()) {
      requireWhole("an evaluation", options.evaluateEvery());
    }
  }

  /**
   * Refuses numbers of steps that do not end with a round.
   *
   * @param what what is done after so many steps
   * @param every the number of steps
   */
  public void requireWhole(String what, long every) {
    if (every % steps != 0 && every != TrainingOptions.AT_END) {
      throw new TrainingException(
          what
              + " is made where workers meet, after a multiple of "
              + steps
              + " steps, found "
              + every
              + "; choose one by the other.");
    }
  }

  /** Returns the state after a round. */
  SortedMap<String, HostArray> after(
      SortedMap<String, HostArray> before, Map<String, HostArray> momenta, RoundSource.Sum sum) {
    SortedMap<String, HostArray> next = new TreeMap<>();
    before.forEach(
        (name, old) -> {
          HostArray total = sum.state().get(name);
          HostArray values = HostArray.zeros(old.dtype(), old.shape());
          HostArray outer = name.startsWith(VARIABLE) ? momenta.get(outer(name)) : null;
          for (int i = 0; i < old.size(); i++) {
            double mean = total.get(i) / sum.workers();
            if (outer == null) {
              values.set(i, mean);
            } else {
              double gradient = old.get(i) - mean;
              outer.set(i, momentum * outer.get(i) + gradient);
              values.set(i, old.get(i) - learningRate * (gradient + momentum * outer.get(i)));
            }
          }
          next.put(name, values);
        });
    return next;
  }

  /** Returns momenta of zero, by their names. */
  static SortedMap<String, HostArray> momenta(Map<String, HostArray> variables) {
    SortedMap<String, HostArray> m = new TreeMap<>();
    variables.forEach((n, a) -> m.put(OUTER + n, HostArray.zeros(a.dtype(), a.shape())));
    return m;
  }

  private static String outer(String name) {
    return OUTER + name.substring(VARIABLE.length());
  }

  /** {@return the numbers, by which runs are told from others} */
  public JsonObject json() {
    JsonObject o = new JsonObject();
    o.addProperty("steps", steps);
    o.addProperty("learning_rate", learningRate);
    o.addProperty("momentum", momentum);
    return o;
  }
}
