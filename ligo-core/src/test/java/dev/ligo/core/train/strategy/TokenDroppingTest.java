package dev.ligo.core.train.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.core.fixtures.RunsTest;
import dev.ligo.core.fixtures.TinyRuns;
import dev.ligo.core.model.Stack;
import dev.ligo.core.train.StrategyPlan;
import dev.ligo.core.train.TrainingStrategy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Layers that run on some of the tokens, against layers that run on all of them, with the dropped
 * ones hidden from the others and put back as they were.
 */
public class TokenDroppingTest extends RunsTest {
  private static final TokenDropping STRATEGY = new TokenDropping(0.4);
  private static final int PASSING = 3;

  protected List<TinyRuns.Subject> texts() {
    return runs.subjects().stream().filter(s -> s.specs().containsKey("input_ids")).toList();
  }

  protected static StrategyPlan plan(TinyRuns.Subject s) {
    return STRATEGY.plan(
        new TrainingStrategy.Context(
            s.model().forTask(s.task()), s.specs(), DType.FLOAT64, 4, 3, Optional.empty()));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void tokensThatAreDroppedAreHiddenAndUnchanged(TinyRuns.Subject subject) {
    TinyRuns.Subject s = subject.withoutDropout();
    Map<String, HostArray> batch = s.batch(0);
    Shape tokens = batch.get("input_ids").shape();
    batch.put(
        "attention_mask",
        HostArray.of(tokens, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)); // GPT-2 takes one, too
    StrategyPlan plan = plan(s);
    Map<String, HostArray> drawn = plan.inputs(1, 0, batch);
    HostArray order = drawn.get(s.stack() + "/order");
    double[] hidden = new double[order.size()];
    for (int i = tokens.dim(0) * PASSING; i < hidden.length; i++) {
      hidden[(int) order.get(i)] = 1;
    }
    HostArray dropped = HostArray.of(tokens, hidden);
    for (String backend : runs.backends()) {
      double[] some =
          logits(backend, s, batch, drawn, (t, in, stack) -> plan.route(0, stack, t, in));
      double[] all =
          logits(backend, s, batch, drawn, (t, in, stack) -> hiding(stack, t.constant(dropped)));
      assertThat(some).hasSameSizeAs(all);
      for (int i = 0; i < all.length; i++) {
        assertThat(some[i]).isCloseTo(all[i], within(1e-11));
      }
    }
  }

  /** The middle two layers of four, from all tokens. */
  private static Stack hiding(Stack stack, Tensor dropped) {
    return stack.within(
        1,
        3,
        middle ->
            (h, along) -> {
              Tensor out = middle.apply(h, List.of(along.get(0).add(dropped.mul(-1e9))));
              return dropped.expandDims(-1).equalTo(1).where(h, out);
            });
  }

  private interface Running {
    Stack apply(Tensors t, NamedTensors inputs, Stack stack);
  }

  private double[] logits(
      String backend,
      TinyRuns.Subject s,
      Map<String, HostArray> batch,
      Map<String, HostArray> drawn,
      Running running) {
    Map<String, HostArray> in = new TreeMap<>();
    s.values().forEach((n, a) -> in.put("parameter/" + n, a));
    batch.forEach((n, a) -> in.put("batch/" + n, a));
    drawn.forEach((n, a) -> in.put("drawn/" + n, a));
    Map<String, DeviceArray> inputs = runs.backend(backend).arrays(in);
    try (Computation c =
            runs.backend(backend)
                .compile(
                    (t, x) ->
                        NamedTensors.of(
                            "logits",
                            s.model()
                                .forTask(s.task())
                                .scores(
                                    t,
                                    x.under("parameter/"),
                                    x.under("batch/"),
                                    false,
                                    stack -> running.apply(t, x.under("drawn/"), stack))
                                .logits()));
        DeviceArray out = c.run(inputs).get("logits")) {
      return out.toHost().toDoubles();
    } finally {
      inputs.values().forEach(DeviceArray::close);
    }
  }

  /** Leading tokens and, where there is room, those that are scored pass; others are drawn anew. */
  @Test
  void whatTheLossDependsOnDirectlyPasses() {
    TinyRuns.Subject model = runs.subject();
    Map<String, HostArray> batch = model.batch(0);
    HostArray positions = batch.get("masked_positions");
    for (int i = 0; i < positions.size(); i++) {
      positions.set(i, i == 0 ? 3 : 7); // one in each of the first two examples
    }
    StrategyPlan plan = plan(model);
    TreeSet<Integer> passed = new TreeSet<>();
    for (int step = 1; step <= 20; step++) {
      HostArray order = plan.inputs(step, 0, batch).get(model.stack() + "/order");
      TreeSet<Integer> now = new TreeSet<>();
      for (int i = 0; i < 3 * PASSING; i++) {
        now.add((int) order.get(i));
        if (i > 0) {
          assertThat(order.get(i)).as("the order stays").isGreaterThan(order.get(i - 1));
        }
      }
      assertThat(now).contains(0, 5, 10, 3, 7);
      passed.addAll(now);
    }
    assertThat(passed).as("over 20 steps").hasSize(15);
  }
}
