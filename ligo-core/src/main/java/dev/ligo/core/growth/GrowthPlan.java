package dev.ligo.core.growth;

import dev.ligo.api.DType;
import dev.ligo.api.Wording;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.model.Use;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * What grows into what: the small and the large model, whose parameters correspond by name. The
 * large one may have parameters more, a fresh head, which have no source.
 */
public final class GrowthPlan {
  private final ModelSpec<?> small;
  private final ModelSpec<?> large;

  /**
   * Creates a plan.
   *
   * @param small the small model
   * @param large the large model
   * @throws GrowthException if the models are of different families, an axis or stack shrinks,
   *     heads become wider that are {@linkplain Axis.Width#wholeHeads whole}, or a parameter that
   *     is no table of tokens becomes too large for an array
   */
  public GrowthPlan(ModelSpec<?> small, ModelSpec<?> large) {
    this.small = small;
    this.large = large;
    if (!small.architecture().name().equals(large.architecture().name())) {
      throw new GrowthException(
          "a "
              + small.architecture().name()
              + " does not grow into a "
              + large.architecture().name()
              + ".");
    }
    Map<String, Integer> extents = new HashMap<>();
    large.layout().axes().forEach((n, a) -> extents.put(n, a.size()));
    small.layout().axes().forEach((n, a) -> checkGrows("axis", n, a.size(), extents.get(n)));
    large.layout().axes().values().stream()
        .filter(a -> a.heads().isPresent() && small.layout().axes().containsKey(a.name()))
        .forEach(a -> checkHeads(small(a), a));
    small
        .layout()
        .stacks()
        .forEach((n, l) -> checkGrows("stack", n, l, large.layout().stacks().get(n)));
    small.layout().parameters().forEach(p -> checkFixed(p, large.layout().parameter(p.name())));
    large.layout().parameters().stream()
        .filter(p -> !p.isTokenTable() || fresh().contains(p))
        .forEach(GrowthPlan::checkArray);
  }

  /**
   * Refuses models that no backend can compute, since a table of tokens is too large for an array.
   *
   * @throws GrowthException if there is such a table
   */
  public void requireComputable() {
    large.layout().parameters().forEach(GrowthPlan::checkArray);
  }

  /**
   * {@return the plan from a model to other sizes of it}
   *
   * @param small the small model
   * @param sizes the sizes to change
   */
  public static GrowthPlan of(ModelSpec<?> small, Sizes sizes) {
    return new GrowthPlan(small, small.resized(sizes));
  }

  /** Refuses a size that shrinks, by its key in the config if there is one. */
  private void checkGrows(String kind, String name, int from, int to) {
    if (to < from) {
      String key = ConfigKeys.of(small.json(), from, large.json(), to).orElse(kind + " " + name);
      checkGrows("'" + key + "'", from, to);
    }
  }

  private static void checkGrows(String what, int from, int to) {
    if (to < from) {
      throw new GrowthException(
          what
              + " would shrink from "
              + from
              + " to "
              + to
              + "; a target is at least as large as its source in every size.");
    }
  }

  private static void checkHeads(Axis.Width small, Axis.Width large) {
    int from = small.headWidth();
    int to = large.headWidth();
    checkGrows("the units in each head of axis '" + large.name() + "'", from, to);
    if (to != from && large.wholeHeads()) {
      throw new GrowthException(
          "axis '"
              + large.name()
              + "' grows by whole heads, since the units of a head have places of their own there"
              + " (as rotary positions need), but its heads would grow from "
              + from
              + " to "
              + to
              + " units; keep the head width, and let the number of heads grow with the hidden"
              + " size.");
    }
  }

  private static void checkArray(Parameter p) {
    long bytes = p.shape().size() * DType.FLOAT32.bytes();
    if (bytes > Integer.MAX_VALUE) {
      throw new GrowthException(
          "parameter '"
              + p.name()
              + "' would have the shape "
              + p.shape()
              + ", which is "
              + bytes
              + " bytes, more than the "
              + Integer.MAX_VALUE
              + " of an array"
              + (p.isTokenTable()
                  ? ": it grows only where nothing is computed with the model, so learn no operator,"
                      + " measure no drift and grow no optimizer's state"
                  : "; take smaller sizes")
              + ".");
    }
  }

  private static void checkFixed(Parameter s, Parameter l) {
    for (int i = 0; i < s.uses().size(); i++) {
      Axis axis = s.uses().get(i).axis();
      if (axis instanceof Axis.Vocabulary v) {
        checkGrows("the vocabulary", v.size(), l.shape().dim(i));
        continue;
      }
      boolean grows = axis instanceof Axis.Width || axis instanceof Axis.Concat;
      if (!grows && axis.size() != l.shape().dim(i)) {
        throw new GrowthException(
            "parameter '"
                + s.name()
                + "': axis "
                + i
                + " has "
                + axis.size()
                + " entries in the source and "
                + l.shape().dim(i)
                + " in the target, and does not grow.");
      }
    }
  }

  /** {@return the model that grows} */
  public ModelSpec<?> small() {
    return small;
  }

  /** {@return the model that it grows into} */
  public ModelSpec<?> large() {
    return large;
  }

  /**
   * {@return the plan with what an operator changes in the large model besides its parameters: the
   * kinds of layers, which are those of the layers that they come from, and what norms add to the
   * variance}
   *
   * @param operator the operator
   * @throws GrowthException if the large model's config has no place for that
   */
  public GrowthPlan amendedBy(GrowthOperator operator) {
    Map<String, List<OptionalInt>> sources = new HashMap<>();
    LayerOrigins.of(operator).forEach((stack, o) -> sources.put(stack, o.sources()));
    ModelSpec<?> model = large.withLayersOf(small, sources);
    double factor = operator.epsilonFactor();
    if (factor == 1) {
      return model == large ? this : new GrowthPlan(small, model);
    }
    return new GrowthPlan(
        small,
        model
            .timesEpsilon(factor)
            .orElseThrow(
                () ->
                    new GrowthException(
                        "the operator needs norms with "
                            + Wording.number(factor)
                            + " times the source's epsilon, which the config of this "
                            + large.architecture().name()
                            + " cannot say; make an operator for this checkpoint.")));
  }

  /** {@return the parameters of the large model that have a source} */
  public List<Parameter> grown() {
    List<String> names = small.layout().parameters().stream().map(Parameter::name).toList();
    return large.layout().parameters().stream().filter(p -> names.contains(p.name())).toList();
  }

  /** {@return the parameters of the large model that have no source: those of a fresh head} */
  public List<Parameter> fresh() {
    List<String> names = small.layout().parameters().stream().map(Parameter::name).toList();
    return large.layout().parameters().stream().filter(p -> !names.contains(p.name())).toList();
  }

  /**
   * {@return an axis of the small model by the large model's}
   *
   * @param largeAxis the axis in the large model
   */
  public Axis.Width small(Axis.Width largeAxis) {
    return small.layout().axes().get(largeAxis.name());
  }

  /**
   * {@return the number of layers of a parameter's stack in the small model, 1 outside stacks}
   *
   * @param p the parameter
   */
  public int smallLayers(Parameter p) {
    return layers(small.layout(), p);
  }

  /**
   * {@return the number of layers of a parameter's stack in the large model, 1 outside stacks}
   *
   * @param p the parameter
   */
  public int largeLayers(Parameter p) {
    return layers(large.layout(), p);
  }

  private static int layers(Layout layout, Parameter p) {
    return p.stack().map(s -> layout.stacks().get(s)).orElse(1);
  }

  /** {@return the axes of the large model that are longer, or of longer heads, than the small's} */
  public List<Axis.Width> widened() {
    return large.layout().axes().values().stream()
        .filter(a -> small.layout().axes().containsKey(a.name()))
        .filter(a -> !keeps(small(a), a))
        .toList();
  }

  /**
   * {@return whether an axis keeps its units}
   *
   * @param small the axis in the small model
   * @param large the axis in the large model
   */
  public static boolean keeps(Axis.Width small, Axis.Width large) {
    return small.size() == large.size() && small.headWidth() == large.headWidth();
  }

  /**
   * {@return whether a parameter has an axis that is {@link #widened}}
   *
   * @param p the parameter
   * @param roles the roles in which it has it
   */
  public boolean widens(Parameter p, Predicate<Use.Role> roles) {
    return p.parts().stream()
        .flatMap(List::stream)
        .filter(u -> roles.test(u.role()))
        .anyMatch(u -> u.axis() instanceof Axis.Width w && !keeps(small(w), w));
  }

  /** {@return the stacks of more layers than the small model's} */
  public List<String> deepened() {
    return large.layout().stacks().keySet().stream()
        .filter(s -> !large.layout().stacks().get(s).equals(small.layout().stacks().get(s)))
        .toList();
  }

  /** {@return whether any axis grows} */
  public boolean widens() {
    return !widened().isEmpty();
  }

  /** {@return whether queries have another head width, and so attention another scale} */
  public boolean changesHeadWidth() {
    return large.layout().parameters().stream()
        .flatMap(p -> p.parts().stream())
        .flatMap(List::stream)
        .filter(u -> u.role() == Use.Role.QUERY && u.axis() instanceof Axis.Width)
        .map(u -> (Axis.Width) u.axis())
        .anyMatch(a -> a.headWidth() != small(a).headWidth());
  }

  /** {@return the number of tokens that the vocabulary gets, 0 if it stays or there is none} */
  public int newTokens() {
    return large.vocabulary().orElse(0) - small.vocabulary().orElse(0);
  }

  /** {@return whether any stack grows} */
  public boolean deepens() {
    return !deepened().isEmpty();
  }
}
