package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.AdamW;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.LigoException;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.growth.Copies;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.Preservation;
import dev.ligo.core.growth.apply.OperatorApplication;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.growth.method.FpiMethod;
import dev.ligo.core.growth.method.LigoMethod;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How a family grows. */
final class FamilyGrowthChecks {
  private static final int SEED = 5;

  /** Float64 roundings through a few layers. */
  private static final double EXACT = 1e-9;

  private FamilyGrowthChecks() {}

  private static Map<String, HostArray> apply(
      Family family, GrowthOperator operator, Map<String, HostArray> small) {
    Map<String, HostArray> large = new TreeMap<>();
    new OperatorApplication(operator, small::get, family::backend).run(large::put);
    return large;
  }

  /** Returns the operator, or empty where the method refuses the plan with a typed error. */
  private static Optional<GrowthOperator> operator(GrowthMethod method, GrowthPlan plan) {
    try {
      return Optional.of(method.operator(plan, SEED));
    } catch (LigoException refusal) {
      assertThat(refusal.getMessage()).isNotBlank();
      return Optional.empty();
    }
  }

  /** To the same sizes a method changes no bit, or refuses, unless it adds fresh values. */
  static void identity(Family family, GrowthMethod method) {
    ModelSpec<?> model = family.small();
    Map<String, HostArray> values = Family.values(model, 1);
    operator(method, new GrowthPlan(model, family.small()))
        .filter(o -> !o.addsFresh())
        .ifPresent(
            o -> {
              Map<String, HostArray> grown = apply(family, o, values);
              assertThat(grown.keySet()).isEqualTo(values.keySet());
              values.forEach((n, a) -> assertThat(grown.get(n).bytes()).as(n).isEqualTo(a.bytes()));
            });
  }

  /** A method gives a finite model of exactly the larger layout, which loads, or refuses. */
  static void growsOrRefuses(Family family, GrowthMethod method, GrowthPlan plan, Path scratch) {
    Map<String, HostArray> small = Family.values(plan.small(), 1);
    Optional<GrowthOperator> operator = operator(method, plan);
    if (operator.isEmpty()) {
      return;
    }
    Map<String, HostArray> grown = apply(family, operator.get(), small);
    Map<String, dev.ligo.api.Shape> shapes = new TreeMap<>();
    grown.forEach((n, a) -> shapes.put(n, a.shape()));
    assertThat(shapes).as("the grown model").isEqualTo(plan.large().layout().shapes());
    assertThat(grown).allSatisfy((n, a) -> assertThat(a.isFinite()).as(n).isTrue());
    for (String task : family.tasks()) {
      assertThat(family.loss(plan.large(), task, grown, 2)).as("loss of " + task).isFinite();
    }
    Directories.assertLoads(family, plan.large(), grown, scratch);
  }

  /** Some method there is grows the family in every direction. */
  static void someMethodGrows(Family family, Collection<GrowthMethod> methods) {
    family
        .plans()
        .forEach(
            (name, plan) ->
                assertThat(methods).as(name).anyMatch(m -> operator(m, plan).isPresent()));
  }

  /**
   * In the plan for wider heads some axis has heads that are wider, or that plan is refused with a
   * typed error.
   */
  static void widerHeads(Family family) {
    try {
      family
          .widerHeads()
          .ifPresent(
              plan ->
                  assertThat(plan.widened())
                      .as("axes of wider heads; override widerHeads() if a key says the width")
                      .anyMatch(
                          a ->
                              a.headWidth() > plan.small(a).headWidth()
                                  && a.heads().isPresent()
                                  && !isHeads(plan.large(), a)));
    } catch (LigoException refusal) {
      assertThat(refusal.getMessage()).isNotBlank();
    }
  }

  /**
   * Copies of every unit, halved where they are read, leave the logits as they are: so every axis
   * is read where it is said to be read, and written where written.
   */
  static void copies(Family family, double tolerance) {
    copies(family, family.wider(), tolerance);
    GrowthPlan heads = family.plans().get("wider heads");
    if (heads != null) {
      copies(family, heads, tolerance);
    }
  }

  private static void copies(Family family, GrowthPlan plan, double tolerance) {
    plan.large()
        .layout()
        .axes()
        .forEach(
            (n, a) ->
                assertThat(a.size() % plan.small(a).size())
                    .as("larger() multiplies every width by a whole number, but axis '%s'", n)
                    .isZero());
    Map<String, HostArray> small = Family.values(plan.small(), 1);
    FpiMethod circular = new FpiMethod(Copies.Order.CIRCULAR);
    Map<String, HostArray> large = apply(family, circular.operator(plan, SEED), small);
    for (String task : family.tasks()) {
      Map<String, HostArray> batch = family.batch(plan.small(), task, 2);
      Closeness.assertClose(
          "logits of " + task + " after copying every unit",
          logits(family, plan.large(), task, large, batch),
          Doubles.of(logits(family, plan.small(), task, small, batch)),
          tolerance);
    }
  }

  /**
   * Where a method promises that the function stays exactly, it does: what the family says of its
   * residual branches, norms and heads is so. How near "nearly" is depends on how an epsilon
   * compares with the variance of a tiny model, which nobody promises.
   */
  static void promise(Family family, GrowthMethod method, GrowthPlan plan) {
    Optional<GrowthOperator> operator = operator(method, plan);
    if (operator.isEmpty()
        || method.preservation(plan).degree() != Preservation.Degree.EXACT
        || method.learns()) {
      return;
    }
    Map<String, HostArray> small = Family.values(plan.small(), 1);
    Map<String, HostArray> large = apply(family, operator.get(), small);
    ModelSpec<?> grown = plan.amendedBy(operator.get()).large();
    for (String task : family.tasks()) {
      Map<String, HostArray> batch = family.batch(plan.small(), task, 2);
      Closeness.assertClose(
          "logits of " + task + " after growth by '" + method.name() + "'",
          logits(family, grown, task, large, batch),
          Doubles.of(logits(family, plan.small(), task, small, batch)),
          EXACT);
    }
  }

  /**
   * The units of every axis, each axis in an order of its own, may change places: so what is added
   * or multiplied has one axis. Units of heads stay, for queries and keys meet without sharing one.
   */
  static void permutations(Family family, double tolerance) {
    ModelSpec<?> model = family.small();
    Map<String, HostArray> values = Family.values(model, 1);
    Map<String, HostArray> moved = new TreeMap<>();
    for (Parameter p : model.layout().parameters()) {
      for (int l = 0; l < model.layout().layers(p); l++) {
        moved.put(p.at(l), permuted(model, p, values.get(p.at(l))));
      }
    }
    for (String task : family.tasks()) {
      Map<String, HostArray> batch = family.batch(model, task, 2);
      Closeness.assertClose(
          "logits of " + task + " with the units of every axis in another order",
          logits(family, model, task, moved, batch),
          Doubles.of(logits(family, model, task, values, batch)),
          tolerance);
    }
  }

  private static HostArray permuted(ModelSpec<?> model, Parameter p, HostArray values) {
    List<int[]> orders = p.uses().stream().map(u -> order(model, u.axis())).toList();
    Doubles x = Doubles.of(values);
    return Doubles.of(
            values.shape(),
            i -> {
              int[] from = new int[i.length];
              for (int a = 0; a < i.length; a++) {
                from[a] = orders.get(a)[i[a]];
              }
              return x.at(from);
            })
        .as(values.dtype());
  }

  private static int[] order(ModelSpec<?> model, Axis axis) {
    int[] order = new int[axis.size()];
    if (axis instanceof Axis.Concat c) {
      for (int part = 0; part < c.parts().size(); part++) {
        int[] places = c.places(part);
        int[] within = order(model, c.parts().get(part).axis());
        for (int i = 0; i < places.length; i++) {
          order[places[i]] = places[within[i]];
        }
      }
      return order;
    }
    List<Integer> units = IntStream.range(0, axis.size()).boxed().collect(Collectors.toList());
    if (axis instanceof Axis.Width w && w.heads().isEmpty() && !isHeads(model, w)) {
      Collections.shuffle(units, new Random(w.name().hashCode()));
    }
    Arrays.setAll(order, units::get);
    return order;
  }

  private static boolean isHeads(ModelSpec<?> model, Axis.Width axis) {
    return model.layout().axes().values().stream()
        .anyMatch(a -> a.heads().filter(axis::equals).isPresent());
  }

  private static HostArray logits(
      Family family,
      ModelSpec<?> model,
      String task,
      Map<String, HostArray> values,
      Map<String, HostArray> batch) {
    Program program =
        (t, in) ->
            NamedTensors.of(
                "logits",
                model.forTask(task).logits(t, in.under("parameter/"), in.under("batch/"), false));
    return family.run(program, Family.inputs(values, batch)).get("logits");
  }

  /** Growing inside the program that learns and growing a checkpoint give the same model. */
  static void applicationIsTheProgramsGrowth(Family family) {
    for (GrowthPlan plan : family.plans().values()) {
      String task = family.tasks().get(0);
      Map<String, HostArray> small = Family.values(plan.small(), 1);
      GrowthOperator operator = new LigoMethod().operator(plan, SEED);
      double inProgram =
          OperatorTraining.run(
                  family.backend(),
                  plan,
                  operator,
                  task,
                  small::get,
                  one(family.batch(plan.large(), task, 2)),
                  oneStep(),
                  0,
                  ProgressListener.SILENT)
              .losses()
              .get(0);
      double applied = family.loss(plan.large(), task, apply(family, operator, small), 2);
      assertThat(inProgram / applied - 1).as("difference of the losses").isBetween(-1e-11, 1e-11);
    }
  }

  private static OperatorTraining.Options oneStep() {
    return new OperatorTraining.Options(
        new Schedule(Schedule.Decay.CONSTANT, 1e-3, 0, 1, 0),
        new Optimizer(Optimizer.Kind.SGD, new AdamW(0, 0, 1, 0), 0),
        false,
        DType.FLOAT64);
  }

  private static BatchSource one(Map<String, HostArray> batch) {
    return new BatchSource() {
      @Override
      public SortedMap<String, HostArray> batch(long index) {
        return new TreeMap<>(batch);
      }

      @Override
      public long batchesPerPass() {
        return 1;
      }
    };
  }

  /** Returns a name of a growth for a directory. */
  static Path directory(Path scratch, GrowthMethod method, String plan) {
    return scratch.resolve(String.join("-", List.of(method.name(), plan.replace(' ', '-'))));
  }
}
