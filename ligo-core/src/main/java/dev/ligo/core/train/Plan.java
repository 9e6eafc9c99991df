package dev.ligo.core.train;

import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.core.model.Model;
import dev.ligo.core.model.Route;
import dev.ligo.core.model.Scores;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The courses of a run's procedures as one: their variants multiply, their changes add up. */
final class Plan {
  private static final String PREFIX = "procedure/";

  private final Procedure.Setting setting;
  private final List<String> names;
  private final List<Procedure.Course> courses;
  private final Map<List<Integer>, Integer> numbers = new LinkedHashMap<>();

  Plan(List<Procedure> procedures, Procedure.Setting setting) {
    this.setting = setting;
    this.names = procedures.stream().map(p -> PREFIX + p.name() + "/").toList();
    this.courses = procedures.stream().map(p -> p.course(setting)).toList();
    for (long step = 1; step <= setting.steps(); step++) {
      numbers.putIfAbsent(variants(step), numbers.size());
    }
  }

  private List<Integer> variants(long step) {
    return courses.stream().map(c -> c.variant(step)).toList();
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
  record Measured(List<Integer> key, Route route) {
    /** All layers. */
    static final Measured WHOLE = new Measured(List.of(), Route.ALL);
  }

  /** Returns how an evaluation after a step runs layers. */
  Measured measured(long step) {
    List<Integer> key = new ArrayList<>();
    Route route = Route.ALL;
    for (Procedure.Course course : courses) {
      if (course.measuresPruned()) {
        int variant = course.variant(step);
        key.add(variant);
        route = route.then(stack -> course.prune(variant, stack));
      }
    }
    return new Measured(key, route);
  }

  private Variant variant(List<Integer> each) {
    Route pruned = Route.ALL;
    for (int i = 0; i < courses.size(); i++) {
      Procedure.Course course = courses.get(i);
      int variant = each.get(i);
      pruned = pruned.then(stack -> course.prune(variant, stack));
    }
    Route run = pruned;
    Set<String> used = new HashSet<>();
    Model<?> model = setting.model();
    if (courses.isEmpty()) {
      used.addAll(model.used(setting.task()));
    } else {
      model.trace(setting.task(), setting.dtype(), setting.batch(), run, used::add);
    }
    return new Variant(
        (t, variables, constants, batch) -> loss(each, run, t, variables, constants, batch),
        name -> used.contains(name) && trains(each, name));
  }

  private boolean trains(List<Integer> each, String parameter) {
    for (int i = 0; i < courses.size(); i++) {
      if (!courses.get(i).trains(each.get(i), parameter)) {
        return false;
      }
    }
    return true;
  }

  private Tensors.Loss loss(
      List<Integer> each,
      Route pruned,
      Tensors t,
      NamedTensors variables,
      NamedTensors constants,
      NamedTensors batch) {
    Map<String, Tensor> parameters = new TreeMap<>(constants.under("frozen/").asMap());
    parameters.putAll(variables.asMap());
    Route route = pruned;
    for (int i = 0; i < courses.size(); i++) {
      Procedure.Course course = courses.get(i);
      int variant = each.get(i);
      NamedTensors inputs = batch.under(names.get(i));
      route = route.then(stack -> course.route(variant, stack, t, inputs));
    }
    Scores scores =
        setting.model().scores(setting.task(), t, NamedTensors.of(parameters), batch, true, route);
    Tensors.Loss plain = scores.loss(t, true);
    Tensor value = plain.value();
    for (int i = 0; i < courses.size(); i++) {
      String own = names.get(i);
      Procedure.Forward forward =
          new Procedure.Forward(t, scores, batch, constants.under(own), batch.under(own));
      value = courses.get(i).loss(each.get(i), forward, value);
    }
    return new Tensors.Loss(value, plain.auxiliaries());
  }

  /** Returns a micro-batch with what the procedures add to it. */
  Map<String, HostArray> batch(long step, int micro, Map<String, HostArray> batch) {
    Map<String, HostArray> all = new TreeMap<>(batch);
    for (int i = 0; i < courses.size(); i++) {
      String own = names.get(i);
      courses.get(i).inputs(step, micro, batch).forEach((n, a) -> all.put(own + n, a));
    }
    return all;
  }

  /** Returns the constants of all procedures. */
  Map<String, HostArray> constants() {
    Map<String, HostArray> all = new TreeMap<>();
    for (int i = 0; i < courses.size(); i++) {
      String own = names.get(i);
      courses.get(i).constants().forEach((n, a) -> all.put(own + n, a));
    }
    return all;
  }

  /** Returns the parameters that take over others' values before a step. */
  List<Map.Entry<String, String>> copies(long step) {
    List<Map.Entry<String, String>> all = new ArrayList<>();
    courses.forEach(c -> all.addAll(c.copies(step).entrySet()));
    return all;
  }
}
