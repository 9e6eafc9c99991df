package dev.ligo.core.growth.method;

import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.Depths;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.LayerSlices;
import dev.ligo.core.growth.Preservation;
import dev.ligo.core.growth.ResidualStream;
import dev.ligo.core.model.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The stack of a plan that is made of slices. What the layout declares before the stack, such as
 * embeddings, is scaled as the first slice says, and what it declares after it, such as a head, as
 * the last one says.
 *
 * @param plan what grows
 * @param stack the name of the stack
 * @param slices the slices, which fit the plan
 */
record SlicedStack(GrowthPlan plan, String stack, LayerSlices slices) implements Depths.SameWidths {

  /**
   * Returns the stack that slices are of: the only one, or of several the one that grows.
   *
   * @throws GrowthException if it is none or more than one
   */
  static String stack(GrowthPlan plan) {
    List<String> all = List.copyOf(plan.large().layout().stacks().keySet());
    List<String> candidates = all.size() == 1 ? all : plan.deepened();
    if (candidates.size() != 1) {
      throw new GrowthException(
          "slices are of the one stack whose number of layers grows, but of "
              + String.join(", ", all)
              + " grow: "
              + (candidates.isEmpty() ? "none" : String.join(", ", candidates))
              + "; let one of them grow.");
    }
    return candidates.get(0);
  }

  @Override
  public AxisMap depth(Parameter p, Optional<String> part, int small, int large) {
    return isSliced(p) ? map(p) : AxisMap.identity(small);
  }

  @Override
  public double scale(Parameter p) {
    return outside(p).scale(p.name());
  }

  private boolean isSliced(Parameter p) {
    return p.stack().filter(stack::equals).isPresent();
  }

  /** Returns where a parameter's layers come from, and their scales. */
  private AxisMap.Selection map(Parameter p) {
    return slices.map(plan.smallLayers(p), p::at);
  }

  /** Returns the slice whose scales a parameter outside the stack has. */
  private LayerSlices.Slice outside(Parameter p) {
    List<Parameter> before =
        plan.large().layout().parameters().stream().takeWhile(q -> !isSliced(q)).toList();
    boolean first = before.stream().anyMatch(q -> q.name().equals(p.name()));
    return slices.slices().get(first ? 0 : slices.slices().size() - 1);
  }

  /**
   * Checks that each filter is part of the name of a tensor in one of its slices.
   *
   * @throws GrowthException if one is not
   */
  void checkFilters() {
    Set<String> unmatched = new TreeSet<>();
    slices.slices().forEach(s -> s.scales().forEach(scale -> unmatched.add(scale.filter())));
    for (LayerSlices.Slice slice : slices.slices()) {
      for (LayerSlices.Scale scale : slice.scales()) {
        if (unmatched.contains(scale.filter()) && tensors(slice).anyMatch(scale::matches)) {
          unmatched.remove(scale.filter());
        }
      }
    }
    if (!unmatched.isEmpty()) {
      throw new GrowthException(
          "the filter '"
              + unmatched.iterator().next()
              + "' matches no tensor of its slices; take a part of a name, such as that of '"
              + tensors(slices.slices().get(0)).reduce((a, b) -> b).orElseThrow()
              + "'.");
    }
  }

  /**
   * Checks that what is scaled is stored as the model computes with it: of a norm that multiplies
   * by 1 + weight it is not clear which of the two is meant.
   *
   * @throws GrowthException if it is not
   */
  void checkEncodings() {
    for (Parameter p : plan.grown()) {
      boolean scaled =
          isSliced(p)
              ? IntStream.range(0, slices.layers()).anyMatch(l -> map(p).scale(l) != 1)
              : p.stack().isEmpty() && scale(p) != 1;
      if (scaled && p.encoding().offset() != 0) {
        throw new GrowthException(
            "'"
                + p.name()
                + "' would be scaled, but the model adds "
                + p.encoding().offset()
                + " to what is stored of it; leave it out by a filter before, with the value 1.");
      }
    }
  }

  /** Returns the names of all tensors that a slice's scales are for. */
  private Stream<String> tensors(LayerSlices.Slice slice) {
    return plan.grown().stream()
        .flatMap(
            p ->
                isSliced(p)
                    ? IntStream.range(slice.from(), slice.to()).mapToObj(p::at)
                    : Stream.of(p.name())
                        .filter(n -> p.stack().isEmpty() && outside(p).equals(slice)));
  }

  /** Returns what holds of the function. */
  Preservation preservation() {
    List<AxisMap.Selection> all = new ArrayList<>();
    List<AxisMap.Selection> ends = new ArrayList<>();
    boolean plain = true;
    for (Parameter p : plan.grown()) {
      if (isSliced(p)) {
        all.add(map(p));
        ends.addAll(p.kind() == Parameter.Kind.BRANCH_END ? List.of(map(p)) : List.of());
      } else {
        plain &= p.stack().isPresent() || outside(p).scale(p.name()) == 1;
      }
    }
    int small = all.get(0).small();
    int kept = 0;
    for (int l = 0; l < slices.layers(); l++) {
      int layer = l;
      if (ends.isEmpty() || ends.stream().anyMatch(m -> m.scale(layer) != 0)) {
        plain &= all.get(0).index(l) == kept;
        plain &= all.stream().allMatch(m -> m.scale(layer) == 1);
        kept++;
      }
    }
    if (!plain || kept != small) {
      return Preservation.changed("layers come more than once, or not at all, or are scaled");
    }
    ResidualStream stream = new ResidualStream(plan);
    if (kept == slices.layers()) {
      return Preservation.exact("every layer stands in its place");
    }
    return stream.isKnown() && !stream.deepensPostNorm()
        ? Preservation.exact("the layers inserted add nothing to the stream")
        : Preservation.changed("the layers inserted normalize the stream");
  }
}
