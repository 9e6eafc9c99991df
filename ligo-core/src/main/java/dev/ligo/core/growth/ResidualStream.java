package dev.ligo.core.growth;

import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Use;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What a plan's family says of its residual stream, and what follows for preserving a function. */
public final class ResidualStream {
  private final GrowthPlan plan;
  private final Layout layout;
  private final Set<String> axes;
  private final Set<String> heads;

  /**
   * Reads what a plan's family says.
   *
   * @param plan what grows
   */
  public ResidualStream(GrowthPlan plan) {
    this.plan = plan;
    this.layout = plan.large().layout();
    Predicate<Parameter> inside = p -> p.kind() == Parameter.Kind.HEAD_NORM_SCALE;
    this.axes = widths(p -> p.kind().isNorm() && !inside.test(p));
    this.heads = widths(inside);
  }

  private Set<String> widths(Predicate<Parameter> of) {
    return layout.parameters().stream()
        .filter(of)
        .flatMap(p -> p.uses().stream())
        .map(Use::axis)
        .filter(Axis.Width.class::isInstance)
        .map(a -> ((Axis.Width) a).name())
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * {@return whether norms of the stream take their mean and variance along an axis}
   *
   * @param axis the axis
   */
  public boolean isNormed(Axis.Width axis) {
    return axes.contains(axis.name());
  }

  /** {@return whether the family says of any norm that it is one} */
  public boolean isKnown() {
    return !axes.isEmpty();
  }

  /** {@return whether norms take no mean from what they normalize} */
  public boolean isRms() {
    return has(
        p -> p.kind() == Parameter.Kind.RMS_NORM_SCALE || p.kind() == Parameter.Kind.BRANCH_NORM);
  }

  /**
   * {@return whether a parameter ends the branches of its stack, so that with zeros in it they add
   * nothing: norms where they end in norms, else linear layers}
   *
   * @param p the parameter
   */
  public boolean endsBranch(Parameter p) {
    return p.kind() == Parameter.Kind.BRANCH_NORM
        || (p.kind() == Parameter.Kind.BRANCH_END && !endsInNorms(p));
  }

  /**
   * {@return whether the branches of a parameter's stack end in norms}
   *
   * @param p the parameter
   */
  public boolean endsInNorms(Parameter p) {
    return has(q -> q.kind() == Parameter.Kind.BRANCH_NORM && q.stack().equals(p.stack()));
  }

  /** {@return the axes that norms go along, those of heads included, and that grow} */
  public List<Axis.Width> widened() {
    return plan.widened().stream().filter(a -> isNormed(a) || heads.contains(a.name())).toList();
  }

  /** {@return whether each such axis grows by a whole number, so that equal copies are possible} */
  public boolean growsByWholeNumbers() {
    return widened().stream().allMatch(a -> a.size() % plan.small(a).size() == 0);
  }

  /** {@return whether the stream itself passes through norms somewhere (post-LN)} */
  public boolean isPostNorm() {
    return has(p -> p.kind().isStreamNorm());
  }

  /** {@return whether the stream passes through norms in a stack that deepens} */
  public boolean deepensPostNorm() {
    return has(p -> p.kind().isStreamNorm() && deepens(p));
  }

  /** {@return whether branches are scaled unit by unit (LayerScale)} */
  public boolean isScaled() {
    return has(p -> p.kind() == Parameter.Kind.BRANCH_SCALE);
  }

  /**
   * Checks that the family says what ends the residual branches of the stacks that deepen.
   *
   * @param method the name of the method
   * @throws GrowthException if it does not
   */
  public void requireBranches(String method) {
    for (String stack : plan.deepened()) {
      if (!isKnown() || !has(p -> endsBranch(p) && p.stack().equals(of(stack)))) {
        throw new GrowthException(
            "method '"
                + method
                + "' inserts layers whose residual branches add nothing, but family '"
                + name()
                + "' does not say where it normalizes and what ends the branches of '"
                + stack
                + "'; deepen by a method that copies layers, such as stack.");
      }
    }
  }

  /**
   * Checks that layers whose branches add nothing leave the stream as it is.
   *
   * @param method the name of the method
   * @throws GrowthException if norms stand between (post-LN), or branches are not known
   */
  public void requireIdentityLayers(String method) {
    requireBranches(method);
    if (deepensPostNorm()) {
      throw new GrowthException(
          "method '"
              + method
              + "' inserts layers that leave the residual stream as it is, which no layer of '"
              + name()
              + "' does: it normalizes the stream itself (post-LN); deepen by lemon, which makes"
              + " those norms nearly the identity, or by a method that copies layers.");
    }
  }

  private boolean deepens(Parameter p) {
    return p.stack().filter(plan.deepened()::contains).isPresent();
  }

  private boolean has(Predicate<Parameter> of) {
    return layout.parameters().stream().anyMatch(of);
  }

  private static java.util.Optional<String> of(String stack) {
    return java.util.Optional.of(stack);
  }

  private String name() {
    return plan.large().architecture().name();
  }
}
