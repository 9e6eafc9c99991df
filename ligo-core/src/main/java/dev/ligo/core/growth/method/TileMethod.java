package dev.ligo.core.growth.method;

import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.Depths;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.Maps;
import dev.ligo.core.growth.ProductSelection;
import dev.ligo.core.growth.Recipe;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Use;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Tiling from the middle, by which ModernBERT-large was begun from ModernBERT-base (Warner et al.,
 * "Smarter, Better, Faster, Longer", 2024, after the Phi models): the small weights stand in the
 * middle of the large ones and go on periodically to both sides, W′[i] = W[(i − o) mod n], along
 * every axis. Layers are spread evenly (Gopher's), layer l copies layer round(l·L₁/L₂).
 */
public final class TileMethod implements GrowthMethod {
  /** Halves are rounded to even numbers, as the authors' Python rounds. */
  private static final Depths.Rule SPREAD =
      (l, small, large) -> (int) Math.min(small - 1, Math.rint((double) l * small / large));

  private static final Maps TILES =
      new Maps() {
        @Override
        public AxisMap depth(Parameter p, Optional<String> part, int small, int large) {
          return Depths.map(small, large, SPREAD);
        }

        @Override
        public AxisMap width(Parameter p, Axis.Width small, Axis.Width large, Use.Role role) {
          return GrowthPlan.keeps(small, large)
              ? AxisMap.identity(small.size())
              : ProductSelection.of(small, large, (n, m, factor) -> tiles(n, m));
        }
      };

  /** Creates the method. */
  public TileMethod() {}

  private static AxisMap.Selection tiles(int small, int large) {
    int offset = (large - small) / 2;
    return new AxisMap.Selection(
        small, IntStream.range(0, large).map(i -> Math.floorMod(i - offset, small)).toArray());
  }

  @Override
  public String name() {
    return "tile";
  }

  @Override
  public String summary() {
    return "puts the small model in the middle of the large one and tiles it to both sides"
        + " (ModernBERT)";
  }

  @Override
  public GrowthOperator operator(GrowthPlan plan, long seed) {
    return GrowthOperator.of(name(), seed, plan, Recipe.of(TILES));
  }
}
