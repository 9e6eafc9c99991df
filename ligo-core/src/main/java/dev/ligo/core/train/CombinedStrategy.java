package dev.ligo.core.train;

import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.core.model.Scores;
import dev.ligo.core.model.StackTransform;
import dev.ligo.core.model.TaskModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The plans of a run's strategies as one: their variants multiply, their changes add up. */
final class CombinedStrategy {
  private static final String PREFIX = "strategy/";

  private final TrainingStrategy.Context context;
  private final List<String> strategies;
  private final List<String> names;
  private final List<StrategyPlan> plans;
  private final Set<String> fresh;
  private final boolean recomputes;
  private final Map<List<Integer>, Integer> numbers = new LinkedHashMap<>();

  /**
   * Plans a run.
   *
   * @param fresh the parameters that are trained whatever a strategy freezes
   * @param recomputes whether each layer is run again in the backward pass
   */
  CombinedStrategy(
      List<TrainingStrategy> strategies,
      TrainingStrategy.Context context,
      Set<String> fresh,
      boolean recomputes) {
    this.context = context;
    this.fresh = fresh;
    this.recomputes = recomputes;
    this.strategies = strategies.stream().map(TrainingStrategy::name).toList();
    this.names = this.strategies.stream().map(name -> PREFIX + name + "/").toList();
    this.plans = strategies.stream().map(p -> p.plan(context)).toList();
    long step = 1;
    while (step <= context.steps()) {
      step = numbered(step) + 1;
    }
  }

  /**
   * Numbers the variants of a phase, in the order of their steps.
   *
   * @param from the first step of the phase
   * @return its last step
   */
  private long numbered(long from) {
    long last = context.steps();
    long possible = 1;
    for (StrategyPlan plan : plans) {
      StrategyPlan.Phase phase = plan.phase(from);
      last = Math.min(last, phase.last());
      possible = Math.min(Integer.MAX_VALUE, possible * phase.variants());
    }
    List<Integer> before = variants(from);
    numbers.putIfAbsent(before, numbers.size());
    Set<List<Integer>> seen = new HashSet<>(Set.of(before));
    for (long step = from + 1; step <= last && seen.size() < possible; step++) {
      if (!are(before, step)) { // most steps are as the one before: a run may have many
        before = variants(step);
        numbers.putIfAbsent(before, numbers.size());
        seen.add(before);
      }
    }
    return last;
  }

  private List<Integer> variants(long step) {
    List<Integer> each = new ArrayList<>(plans.size());
    for (StrategyPlan plan : plans) {
      each.add(plan.variant(step));
    }
    return each;
  }

  /** Returns whether variants are those of a step. */
  private boolean are(List<Integer> each, long step) {
    for (int i = 0; i < plans.size(); i++) {
      if (plans.get(i).variant(step) != each.get(i)) {
        return false;
      }
    }
    return true;
  }

  /** Returns the number of a step's variant. */
  int variant(long step) {
    return numbers.get(variants(step));
  }

  /** Returns all variants, by their numbers. */
  List<Variant> variants() {
    return numbers.keySet().stream().map(this::variant).toList();
  }

  /**
   * How an evaluation runs layers.
   *
   * @param key tells evaluations that run others from each other
   * @param route the layers
   */
  record Measured(List<Integer> key, StackTransform route) {
    /** All layers. */
    static final Measured WHOLE = new Measured(List.of(), StackTransform.ALL);
  }

  /** Returns how an evaluation after a step runs layers. */
  Measured measured(long step) {
    List<Integer> key = new ArrayList<>();
    StackTransform route = StackTransform.ALL;
    for (StrategyPlan plan : plans) {
      if (plan.measuresPruned()) {
        int variant = plan.variant(step);
        key.add(variant);
        route = route.then(stack -> plan.prune(variant, stack));
      }
    }
    return new Measured(key, route);
  }

  private Variant variant(List<Integer> each) {
    StackTransform pruned = StackTransform.ALL;
    for (int i = 0; i < plans.size(); i++) {
      StrategyPlan plan = plans.get(i);
      int variant = each.get(i);
      pruned = pruned.then(stack -> plan.prune(variant, stack));
    }
    StackTransform run = pruned;
    Set<String> used = new HashSet<>();
    TaskModel<?> model = context.model();
    if (plans.isEmpty()) {
      used.addAll(model.used());
    } else {
      model.trace(context.dtype(), context.batch(), run, used::add);
    }
    if (used.stream().allMatch(name -> fresh.contains(name) || !trains(each, name))) {
      throw new TrainingException(
          "there is nothing to train where strategies "
              + strategies
              + " come together: what one trains another freezes or leaves out; drop one.");
    }
    return new Variant(
        (t, variables, constants, batch) -> loss(each, run, t, variables, constants, batch),
        name -> used.contains(name) && trains(each, name),
        dampings(each));
  }

  private SortedMap<String, StrategyPlan.Damping> dampings(List<Integer> each) {
    SortedMap<String, StrategyPlan.Damping> all = new TreeMap<>();
    for (int i = 0; i < plans.size(); i++) {
      String own = strategies.get(i);
      plans.get(i).damping(each.get(i)).ifPresent(d -> all.put(own, d));
    }
    return all;
  }

  private boolean trains(List<Integer> each, String parameter) {
    if (fresh.contains(parameter)) {
      return true;
    }
    for (int i = 0; i < plans.size(); i++) {
      if (!plans.get(i).trains(each.get(i), parameter)) {
        return false;
      }
    }
    return true;
  }

  private Tensors.Loss loss(
      List<Integer> each,
      StackTransform pruned,
      Tensors t,
      NamedTensors variables,
      NamedTensors constants,
      NamedTensors batch) {
    Map<String, Tensor> parameters = new TreeMap<>(constants.under("frozen/").asMap());
    parameters.putAll(variables.asMap());
    StackTransform route = pruned;
    for (int i = 0; i < plans.size(); i++) {
      StrategyPlan plan = plans.get(i);
      int variant = each.get(i);
      NamedTensors inputs = batch.under(names.get(i));
      route = route.then(stack -> plan.route(variant, stack, t, inputs));
    }
    if (recomputes) {
      route = route.then(StackTransform.recomputed(t));
    }
    Scores asked = context.model().scores(t, NamedTensors.of(parameters), batch, true, route);
    Scores scores = readsLogits(each) ? asked.computed() : asked;
    Tensors.Loss plain = scores.loss(t, true);
    Tensor value = plain.value();
    for (int i = 0; i < plans.size(); i++) {
      String own = names.get(i);
      StrategyPlan.Forward forward =
          new StrategyPlan.Forward(t, scores, batch, constants.under(own), batch.under(own));
      value = plans.get(i).loss(each.get(i), forward, value);
    }
    return new Tensors.Loss(value, plain.auxiliaries());
  }

  private boolean readsLogits(List<Integer> each) {
    return IntStream.range(0, plans.size()).anyMatch(i -> plans.get(i).readsLogits(each.get(i)));
  }

  /** Returns a micro-batch with what the strategies add to it. */
  Map<String, HostArray> batch(long step, int micro, Map<String, HostArray> batch) {
    Map<String, HostArray> all = new TreeMap<>(batch);
    for (int i = 0; i < plans.size(); i++) {
      String own = names.get(i);
      plans.get(i).inputs(step, micro, batch).forEach((n, a) -> all.put(own + n, a));
    }
    return all;
  }

  /** Returns the constants of all strategies. */
  Map<String, HostArray> constants() {
    Map<String, HostArray> all = new TreeMap<>();
    for (int i = 0; i < plans.size(); i++) {
      String own = names.get(i);
      plans.get(i).constants().forEach((n, a) -> all.put(own + n, a));
    }
    return all;
  }

  /** Returns the parameters that take over others' values before a step. */
  List<Map.Entry<String, String>> copies(long step) {
    List<Map.Entry<String, String>> all = new ArrayList<>();
    plans.forEach(c -> all.addAll(c.copies(step).entrySet()));
    return all;
  }
}
