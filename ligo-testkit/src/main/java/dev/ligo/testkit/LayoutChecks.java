package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Use;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a family says of its parameters. */
final class LayoutChecks {
  private LayoutChecks() {}

  /** No two tensors have one name, in any dialect, and ties lead to parameters. */
  static void names(Family family) {
    Layout layout = family.small().layout();
    List<String> names =
        layout.parameters().stream()
            .flatMap(p -> java.util.stream.IntStream.range(0, layout.layers(p)).mapToObj(p::at))
            .toList();
    assertThat(names).as("names of parameters").doesNotHaveDuplicates();
    for (Dialect d : family.architecture().dialects()) {
      assertThat(names.stream().map(d::place))
          .as("places in the dialect '%s'", d.name())
          .doesNotHaveDuplicates();
    }
    assertThat(names).as("what ties lead to").containsAll(layout.ties().values());
    assertThat(layout.ties().keySet()).as("names of ties").doesNotContainAnyElementsOf(names);
  }

  /** A parameter is used by the loss of a task, or it is optional. */
  static void everyParameterIsUsed(Family family) {
    Set<String> unused = new TreeSet<>();
    family.small().layout().shapes().keySet().forEach(n -> unused.add("parameter/" + n));
    for (String task : family.tasks()) {
      unused.removeAll(family.reach(family.small(), task).used());
    }
    assertThat(unused).as("parameters that no task's loss depends on").isEmpty();
  }

  /** A larger model has the same parameters, on the same axes in the same roles. */
  static void sameParametersWhenLarger(Family family) {
    Layout small = family.small().layout();
    Layout large = family.large().layout();
    assertThat(large.parameters().stream().map(LayoutChecks::described))
        .isEqualTo(small.parameters().stream().map(LayoutChecks::described).toList());
    assertThat(large.axes().keySet()).isEqualTo(small.axes().keySet());
    assertThat(large.stacks().keySet()).isEqualTo(small.stacks().keySet());
    Map<String, Axis.Width> axes = large.axes();
    small
        .axes()
        .forEach(
            (n, a) ->
                assertThat(axes.get(n).size()).as("axis " + n).isGreaterThanOrEqualTo(a.size()));
  }

  private static String described(Parameter p) {
    return p.name() + p.uses().stream().map(LayoutChecks::described).toList();
  }

  private static String described(Use u) {
    if (u.axis() instanceof Axis.Concat c) {
      return c.parts().stream().map(LayoutChecks::described).toList()
          + c.heads().map(h -> " by " + h.name()).orElse("");
    }
    return u.role() + " " + (u.axis() instanceof Axis.Width w ? w.name() : u.axis().toString());
  }
}
