package dev.ligo.testkit;

import com.google.gson.JsonObject;
import dev.ligo.api.Backend;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.LigoException;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.Tensors;
import dev.ligo.core.data.SeededRandom;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.Initializer;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.model.Task;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A family under test: a tiny model with every head, values and batches for it.
 *
 * @param architecture the family
 * @param json the tiny configuration
 * @param larger the sizes to grow to
 * @param headKeys what the configuration of a model with wider heads says beside its sizes
 * @param backend where to compute
 */
record Family(
    Architecture<?> architecture,
    JsonObject json,
    Sizes larger,
    JsonObject headKeys,
    Backend backend) {
  static final int BATCH = 2;
  static final int SEQUENCE = 6;

  /** Returns a copy of the configuration. */
  @Override
  public JsonObject json() {
    return json.deepCopy();
  }

  /** Returns the tiny model, with the head of every task. */
  ModelSpec<?> small() {
    return withHeads(ModelSpec.of(architecture, json(), name -> false));
  }

  private <C> ModelSpec<C> withHeads(ModelSpec<C> base) {
    ModelSpec<C> model = base;
    for (Task<C> task : base.architecture().tasks()) {
      model = model.withHead(task.name());
    }
    return model;
  }

  List<String> tasks() {
    return architecture.tasks().stream().<String>map(Task::name).toList();
  }

  /** Returns the plans to test growth on, by what they change; not those that are refused. */
  Map<String, GrowthPlan> plans() {
    Map<String, GrowthPlan> plans = new LinkedHashMap<>();
    plans.put("deeper", plan(new Sizes(larger.layers(), none(), none(), none())));
    plans.put("wider", wider());
    plans.put("deeper and wider", plan(larger));
    widerByAPart().ifPresent(p -> plans.put("wider by a part", p));
    try {
      widerHeads().ifPresent(p -> plans.put("wider heads", p));
    } catch (LigoException refused) {
      // Heads that would break refuse to become wider.
    }
    return plans;
  }

  /**
   * Returns the plan that widens to the largest hidden size below {@link #larger} that the family
   * takes; empty where there is none between.
   */
  private Optional<GrowthPlan> widerByAPart() {
    ModelSpec<?> small = small();
    for (int hidden = larger.hidden().orElse(0) - 1; hidden > 0; hidden--) {
      try {
        GrowthPlan plan = GrowthPlan.of(small, Sizes.SAME.withHidden(hidden));
        return plan.widens() ? Optional.of(plan) : Optional.empty();
      } catch (LigoException refused) {
        // The heads do not divide every size.
      }
    }
    return Optional.empty();
  }

  /**
   * Returns the plan that makes every head wider and adds none; empty where there are no heads.
   *
   * @throws LigoException if that is refused
   */
  Optional<GrowthPlan> widerHeads() {
    ModelSpec<?> small = small();
    OptionalInt heads =
        small.layout().axes().values().stream()
            .flatMap(a -> a.heads().stream())
            .mapToInt(Axis.Width::size)
            .max();
    if (heads.isEmpty()) {
      return Optional.empty();
    }
    Sizes sizes = new Sizes(none(), larger.hidden(), heads, larger.intermediate());
    JsonObject json = small.resized(sizes).json();
    headKeys.entrySet().forEach(e -> json.add(e.getKey(), e.getValue()));
    return Optional.of(
        new GrowthPlan(small, withHeads(ModelSpec.of(architecture, json, name -> false))));
  }

  /** Returns the tiny model in the larger sizes. */
  ModelSpec<?> large() {
    return fitting(() -> small().resized(larger));
  }

  private GrowthPlan plan(Sizes sizes) {
    return fitting(() -> GrowthPlan.of(small(), sizes));
  }

  /**
   * Returns what the family makes of a configuration that is its own.
   *
   * @throws AssertionError if it refuses that
   */
  static <T> T fitting(Supplier<T> made) {
    try {
      return made.get();
    } catch (ConfigException e) {
      throw new AssertionError(
          "resize(), write() and parse() of the family do not fit together: " + e.getMessage(), e);
    }
  }

  /** Returns the plan that widens alone. */
  GrowthPlan wider() {
    Sizes wider = new Sizes(none(), larger.hidden(), larger.heads(), larger.intermediate());
    return plan(wider);
  }

  private static OptionalInt none() {
    return OptionalInt.empty();
  }

  /** Returns float64 values that differ everywhere, around what each parameter begins with. */
  static Map<String, HostArray> values(ModelSpec<?> model, long seed) {
    Map<String, HostArray> values = new TreeMap<>();
    for (Parameter p : model.layout().parameters()) {
      Initializer around = new Initializer(p.initializer().mean(), 0.3);
      for (int l = 0; l < model.layout().layers(p); l++) {
        values.put(p.at(l), around.array(DType.FLOAT64, p.shape(), p.at(l), seed));
      }
    }
    return values;
  }

  /**
   * Returns a batch of a task: indices below what they look up, other integers 1 but the last of
   * the first example 0 (a mask that pads one place), floating numbers from 0.5 to 1.5.
   */
  Map<String, HostArray> batch(ModelSpec<?> model, String task, long seed) {
    Map<String, Integer> bounds = reach(model, task).bounds();
    Map<String, HostArray> batch = new TreeMap<>();
    model
        .forTask(task)
        .batchSpecs(BATCH, SEQUENCE)
        .forEach((name, spec) -> batch.put(name, draw(spec, name, bounds, seed)));
    return batch;
  }

  private static HostArray draw(
      TensorSpec spec, String name, Map<String, Integer> bounds, long seed) {
    SeededRandom random = new SeededRandom(seed, name);
    boolean floating = spec.dtype().isFloating();
    HostArray array = HostArray.zeros(floating ? DType.FLOAT64 : spec.dtype(), spec.shape());
    int bound = bounds.getOrDefault("batch/" + name, 0);
    int row = spec.shape().rank() > 1 ? array.size() / spec.shape().dim(0) : 0;
    for (int i = 0; i < array.size(); i++) {
      double integer = bound > 0 ? random.nextInt(bound) : i == row - 1 ? 0 : 1;
      array.set(i, floating ? 0.5 + random.nextDouble() : integer);
    }
    return array;
  }

  /** Returns what a task's loss, logits and the forward function's outputs reach. */
  Reach reach(ModelSpec<?> model, String task) {
    Map<String, TensorSpec> inputs = new TreeMap<>();
    model.parameterSpecs(DType.FLOAT32).forEach((n, s) -> inputs.put("parameter/" + n, s));
    model.forTask(task).batchSpecs(BATCH, SEQUENCE).forEach((n, s) -> inputs.put("batch/" + n, s));
    return Reach.of((t, in) -> NamedTensors.of("loss", loss(model, task, t, in).value()), inputs);
  }

  static Tensors.Loss loss(ModelSpec<?> model, String task, Tensors t, NamedTensors in) {
    return model.forTask(task).loss(t, in.under("parameter/"), in.under("batch/"), false);
  }

  /** Computes a task's loss. */
  double loss(ModelSpec<?> model, String task, Map<String, HostArray> values, long batchSeed) {
    Program program = (t, in) -> NamedTensors.of("loss", loss(model, task, t, in).value());
    return run(program, inputs(values, batch(model, task, batchSeed))).get("loss").get(0);
  }

  Map<String, HostArray> run(Program program, Map<String, HostArray> inputs) {
    return Runs.run(backend, program, inputs);
  }

  Map<String, HostArray> run(Computation computation, Map<String, HostArray> inputs) {
    return Runs.run(backend, computation, inputs, 0);
  }

  static Map<String, HostArray> inputs(
      Map<String, HostArray> values, Map<String, HostArray> batch) {
    Map<String, HostArray> inputs = new TreeMap<>();
    values.forEach((n, a) -> inputs.put("parameter/" + n, a));
    batch.forEach((n, a) -> inputs.put("batch/" + n, a));
    return inputs;
  }
}
