package dev.ligo.core.growth;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.ligo.api.LigoException;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds sizes near those that are asked for which a model and a method both take, so that a refusal
 * names sizes that pass every check: of the heads, of what shares them, of the feed-forward width
 * and of the method.
 */
public final class FittingSizes {
  private final GrowthMethod method;
  private final ModelSpec<?> small;
  private final Sizes asked;

  private FittingSizes(GrowthMethod method, ModelSpec<?> small, Sizes asked) {
    this.method = method;
    this.small = small;
    this.asked = asked;
  }

  /**
   * {@return what is made of sizes: a plan or an operator}
   *
   * @param <T> what is made
   * @param method the method that grows
   * @param small the model that grows
   * @param asked the sizes that are asked for
   * @param growth makes it of the sizes
   * @throws GrowthException if sizes are refused while others near them fit, which it names
   * @throws LigoException as {@code growth} throws it, if none fit
   */
  public static <T> T checked(
      GrowthMethod method, ModelSpec<?> small, Sizes asked, Supplier<T> growth) {
    try {
      return growth.get();
    } catch (ConfigException | GrowthException e) {
      List<String> near = new FittingSizes(method, small, asked).near();
      if (near.isEmpty()) {
        throw e;
      }
      // What follows the last semicolon is advice that knows of one check alone.
      throw new GrowthException(
          e.getMessage().replaceFirst("(?s)(;[^;]*)?\\.?$", "")
              + "; near it method '"
              + method.name()
              + "' grows this model to "
              + String.join(", or to ", near)
              + ".");
    }
  }

  /**
   * {@return the plan of a growth}
   *
   * @param method the method that grows
   * @param small the model that grows
   * @param asked the sizes that are asked for
   * @throws LigoException as {@link #checked} throws it
   */
  public static GrowthPlan plan(GrowthMethod method, ModelSpec<?> small, Sizes asked) {
    return checked(method, small, asked, () -> GrowthPlan.of(small, method.sizes(small, asked)));
  }

  /** Returns the nearest hidden sizes below and above that fit, with what follows from each. */
  private List<String> near() {
    if (asked.hidden().isEmpty() && asked.heads().isEmpty()) {
      return List.of();
    }
    int from = asked.hidden().orElse(0);
    // Twice the width fits every method that widens at all.
    int reach =
        2 * small.layout().axes().values().stream().mapToInt(Axis.Width::size).max().orElse(0);
    IntStream below = IntStream.iterate(from - 1, n -> n > Math.max(0, from - reach), n -> n - 1);
    IntStream above = IntStream.range(from, from + reach).map(n -> n + 1);
    return Stream.of(below, above)
        .map(sizes -> sizes.mapToObj(this::grown).flatMap(Optional::stream).findFirst())
        .flatMap(Optional::stream)
        .toList();
  }

  /** Returns the sizes of the model with a hidden size, if it and the method take that. */
  private Optional<String> grown(int hidden) {
    try {
      GrowthPlan plan = GrowthPlan.of(small, method.sizes(small, asked.withHidden(hidden)));
      if (!plan.widens()) {
        return Optional.empty();
      }
      if (!method.learns()) {
        method.operator(plan, 0); // one that is learned takes any plan, and its factors are large
      }
      return Optional.of(changes(small.json(), plan.large().json()));
    } catch (LigoException e) {
      return Optional.empty();
    }
  }

  /** Returns the keys of the config that have other numbers, with these. */
  private static String changes(JsonObject from, JsonObject to) {
    return to.entrySet().stream()
        .filter(e -> isNumber(e.getValue()) && !e.getValue().equals(from.get(e.getKey())))
        .map(FittingSizes::change)
        .collect(Collectors.joining(", "));
  }

  private static boolean isNumber(JsonElement e) {
    return e.isJsonPrimitive() && e.getAsJsonPrimitive().isNumber();
  }

  private static String change(Map.Entry<String, JsonElement> e) {
    return e.getKey() + " " + e.getValue();
  }
}
