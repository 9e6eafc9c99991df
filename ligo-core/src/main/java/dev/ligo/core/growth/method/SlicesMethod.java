package dev.ligo.core.growth.method;

import dev.ligo.core.growth.Depths;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.LayerSlices;
import dev.ligo.core.growth.Preservation;
import dev.ligo.core.growth.Recipe;
import dev.ligo.core.hyperparameter.Domain;
import dev.ligo.core.hyperparameter.Hyperparameter;
import dev.ligo.core.hyperparameter.Hyperparameters;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import java.util.Optional;
import java.util.function.Function;

/**
 * Any depth by {@link LayerSlices}: ranges of layers one after the other, chosen tensors scaled.
 * This is what mergekit's {@code passthrough} makes of one model (Goddard et al., "Arcee's
 * MergeKit", EMNLP 2024), bit for bit: what is not scaled is copied, what is scaled is one product,
 * rounded once. Without slices of its own it is SOLAR's depth up-scaling (Kim et al., NAACL 2024).
 *
 * <p>Exact where every layer stands once and in order, and the layers between add nothing: all that
 * ends their branches is scaled by 0, in a family that does not normalize the stream itself
 * (pre-LN).
 */
public final class SlicesMethod implements GrowthMethod {
  private static final Hyperparameter<Optional<LayerSlices>> SLICES =
      Hyperparameter.parsed(
          "slices",
          new Domain.Parsed<>(
              "ranges from a layer up to a later one, such as 0-24,8-32, with scales as in"
                  + " 0-4,3-4:o_proj=0,4-8, or solar",
              "ranges",
              "solar",
              LayerSlices::parse),
          "which layers of the source follow each other, each range without its last number");

  private final Optional<LayerSlices> slices;

  /** Creates the method with SOLAR's slices. */
  public SlicesMethod() {
    this(Optional.empty());
  }

  /**
   * Creates the method.
   *
   * @param slices the slices
   */
  public SlicesMethod(LayerSlices slices) {
    this(Optional.of(slices));
  }

  private SlicesMethod(Optional<LayerSlices> slices) {
    this.slices = slices;
  }

  @Override
  public String name() {
    return "slices";
  }

  @Override
  public Hyperparameters values() {
    return Hyperparameters.of(SLICES, slices);
  }

  @Override
  public GrowthMethod with(Hyperparameters values, Function<String, GrowthMethod> methods) {
    return new SlicesMethod(values.get(SLICES));
  }

  @Override
  public String summary() {
    return "deepens: ranges of layers one after the other, tensors scaled (SOLAR, mergekit's"
        + " passthrough)";
  }

  @Override
  public String preserves() {
    return "depth, in pre-LN families, where the layers inserted are scaled to add nothing";
  }

  @Override
  public Sizes sizes(ModelSpec<?> small, Sizes asked) {
    if (slices.isEmpty()) {
      return asked;
    }
    small.layout().stacks().values().stream()
        .max(Integer::compare)
        .ifPresent(most -> checkRanges(slices.get(), most));
    return asked.layers().isEmpty() ? asked.withLayers(slices.get().layers()) : asked;
  }

  @Override
  public Optional<LayerSlices> slices(GrowthPlan plan) {
    return Optional.of(of(plan).slices());
  }

  @Override
  public Preservation preservation(GrowthPlan plan) {
    return of(plan).preservation();
  }

  @Override
  public GrowthOperator operator(GrowthPlan plan, long seed) {
    SlicedStack sliced = of(plan);
    sliced.checkFilters();
    sliced.checkEncodings();
    return GrowthOperator.of(name(), seed, plan, Recipe.of(sliced));
  }

  /** Returns what a plan's slices are of. */
  private SlicedStack of(GrowthPlan plan) {
    Depths.requireSameWidths(name(), plan);
    String stack = SlicedStack.stack(plan);
    int small = plan.small().layout().stacks().get(stack);
    int large = plan.large().layout().stacks().get(stack);
    LayerSlices of = slices.orElseGet(() -> LayerSlices.solar(small, large));
    checkRanges(of, small);
    if (of.layers() != large) {
      throw new GrowthException(
          "the slices have "
              + of.layers()
              + " layers in all, but "
              + large
              + " were asked for; leave the number of layers out, or name slices of as many, such as"
              + " 0-24,8-32 for 48.");
    }
    return new SlicedStack(plan, stack, of);
  }

  private static void checkRanges(LayerSlices slices, int layers) {
    for (LayerSlices.Slice slice : slices.slices()) {
      if (slice.to() > layers) {
        throw new GrowthException(
            "the source has "
                + layers
                + " layers, from 0 to "
                + (layers - 1)
                + ", but the slice "
                + slice.from()
                + "-"
                + slice.to()
                + " ends beyond them; take layers that there are.");
      }
    }
  }
}
