package dev.ligo.backend.tf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Records the operations of a loss, and differentiates them in reverse. TensorFlow differentiates
 * one operation at a time: it takes the inputs of each as constants. So the gradients of several
 * operations together can be given, and a region can be traced again on the way back.
 */
final class Tape {
  /** Operations whose results are constants, whatever they are made of. */
  private static final Set<String> CONSTANT =
      Set.of("ArgMax", "Equal", "Less", "LessEqual", "StopGradient");

  /** Results, of which some have a gradient, and what goes on from these. */
  private record Entry(List<Output> results, Consumer<List<@Nullable Output>> back) {}

  private final Trace trace;
  private final List<Output> variables;
  private final Set<Output> dependent;
  private final Map<Output, Output> constants = new HashMap<>();
  private final Map<Output, List<Output>> gradients = new HashMap<>();
  private List<Entry> entries = new ArrayList<>();
  private boolean recording;

  /**
   * Creates the tape of a loss.
   *
   * @param variables what the loss is differentiated for
   */
  Tape(Trace trace, List<Output> variables) {
    this.trace = trace;
    this.variables = variables;
    this.dependent = new HashSet<>(variables);
  }

  /** Returns what an operation takes as an input. */
  Output input(String operation, Output input) {
    return isRecorded(operation, input)
        ? constants.computeIfAbsent(input, x -> trace.unrecorded("StopGradient").in(x).make())
        : input;
  }

  boolean isRecording() {
    return recording;
  }

  private boolean isRecorded(String operation, Output input) {
    return recording && dependent.contains(input) && !CONSTANT.contains(operation);
  }

  /** Records an operation, if it depends on a variable. */
  void record(String operation, Node made, List<Output> inputs) {
    List<Output> xs = inputs.stream().filter(x -> isRecorded(operation, x)).distinct().toList();
    if (!xs.isEmpty()) {
      List<Output> ys = made.outputs();
      add(ys, known -> flow(xs, trace.gradients(ys, complete(ys, known), taken(xs))));
    }
  }

  private List<Output> taken(List<Output> inputs) {
    return inputs.stream().map(constants::get).toList();
  }

  /** Puts zeros where a gradient is missing: that of a split joins those of all its parts. */
  private List<Output> complete(List<Output> results, List<@Nullable Output> known) {
    List<Output> all = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      Output gradient = known.get(i);
      all.add(
          gradient == null ? trace.unrecorded("ZerosLike").in(results.get(i)).make() : gradient);
    }
    return all;
  }

  /**
   * Records a value with its gradients, in the place of the operations that it is made of.
   *
   * @param inputs the floating arrays that the value is made of
   * @param gradients the gradients for the inputs, in their order, from that for the value
   * @return what stands for the value in the loss
   */
  Output part(Output value, List<Output> inputs, Function<Output, List<Output>> gradients) {
    return inputs.stream().anyMatch(dependent::contains)
        ? single(value, dy -> flow(inputs, gradients.apply(dy)))
        : value;
  }

  /** Records the result of a region, which is traced again on the way back. */
  Output recomputed(Supplier<Handle> region) {
    boolean outside = recording;
    recording = false;
    Output value = (Output) region.get();
    recording = outside;
    return single(value, dy -> goBack(() -> (Output) trace.after(dy, region), dy));
  }

  private Output single(Output value, Consumer<Output> back) {
    if (!recording) {
      return value;
    }
    Output result = trace.unrecorded("Identity").in(value).make();
    add(List.of(result), known -> back.accept(Objects.requireNonNull(known.get(0))));
    return result;
  }

  private void add(List<Output> results, Consumer<List<@Nullable Output>> back) {
    dependent.addAll(results);
    entries.add(new Entry(results, back));
  }

  /** Traces the loss, and returns its gradients for the variables that it depends on. */
  Map<Output, Output> gradients(Supplier<Output> loss) {
    goBack(loss, null);
    Map<Output, Output> found = new HashMap<>();
    for (Output variable : variables) {
      Output gradient = sum(variable);
      if (gradient != null) {
        found.put(variable, gradient);
      }
    }
    return found;
  }

  /**
   * Records a value, and goes back from it.
   *
   * @param dy the gradient for the value, 1 if there is none
   */
  private void goBack(Supplier<Output> value, @Nullable Output dy) {
    List<Entry> outside = entries;
    entries = new ArrayList<>();
    recording = true;
    Output y = value.get();
    recording = false;
    flow(List.of(y), List.of(dy == null ? trace.scalar(Graphs.floating(y), 1) : dy));
    for (int i = entries.size() - 1; i >= 0; i--) {
      Entry entry = entries.get(i);
      List<@Nullable Output> known = new ArrayList<>();
      entry.results().forEach(r -> known.add(sum(r)));
      if (known.stream().anyMatch(Objects::nonNull)) {
        entry.back().accept(known);
      }
    }
    entries = outside;
  }

  private void flow(List<Output> to, List<Output> more) {
    for (int i = 0; i < to.size(); i++) {
      gradients.computeIfAbsent(to.get(i), x -> new ArrayList<>()).add(more.get(i));
    }
  }

  /** Takes the gradient for a value, if there is any: the sum of those from all its uses. */
  private @Nullable Output sum(Output value) {
    List<Output> terms = gradients.remove(value);
    if (terms == null) {
      return null;
    }
    return terms.size() == 1 ? terms.get(0) : trace.unrecorded("AddN").in(terms).make();
  }
}
