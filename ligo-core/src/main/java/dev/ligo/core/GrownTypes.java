package dev.ligo.core;

import dev.ligo.api.HostArray;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.StoredTensor;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.model.Parameter;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The types of a growth's values: in the source's files, while they grow, and as they are stored.
 *
 * @param small the source
 * @param computed what values are rounded to before they grow, and after; the source's if empty
 * @param asked what they are stored as; {@code computed} if empty
 */
record GrownTypes(Checkpoint small, Optional<FileDType> computed, Optional<FileDType> asked) {
  /** Returns what each tensor of the large model is stored as, by its name. */
  Map<String, FileDType> stored(GrowthPlan plan) {
    Map<String, FileDType> dtypes = new HashMap<>();
    for (Parameter p : plan.large().layout().parameters()) {
      FileDType own = plan.fresh().contains(p) ? small.dtype() : source(p, plan.smallLayers(p));
      for (int l = 0; l < plan.largeLayers(p); l++) {
        dtypes.put(p.at(l), asked.or(() -> computed).orElse(own));
      }
    }
    return dtypes;
  }

  /** Returns the type that holds the source's values of a parameter in all layers. */
  private FileDType source(Parameter p, int layers) {
    return IntStream.range(0, layers)
        .mapToObj(l -> small.dtype(p.at(l)))
        .reduce(FileDType::with)
        .orElseThrow();
  }

  /** Returns the type of fewer digits, of that of a file and the one that values are rounded to. */
  FileDType narrowest(FileDType stored) {
    return computed.filter(stored::holds).orElse(stored);
  }

  /**
   * Returns the type of half precision, the one of fewer digits, to which a grown value may be
   * rounded.
   *
   * @param dtypes what tensors are stored as
   */
  Optional<FileDType> rounding(GrowthOperator operator, Map<String, FileDType> dtypes) {
    return operator.parameters().values().stream()
        .filter(g -> isRounded(g, narrowest(dtypes.get(g.large().at(0)))))
        .map(g -> narrowest(dtypes.get(g.large().at(0))))
        .max(Comparator.naturalOrder());
  }

  private boolean isRounded(ParameterGrowth growth, FileDType dtype) {
    return dtype.isHalfPrecision()
        && !(growth.keepsDigits() && dtype.holds(source(growth.small(), growth.smallLayers())));
  }

  /** Reads a parameter of the source as it grows. */
  HostArray read(String name) {
    return rounded(name, small.read(name));
  }

  /** Reads rows of a parameter of the source as they grow. */
  HostArray rows(String name, int from, int to) {
    return rounded(name, small.rows(name, from, to));
  }

  /**
   * Returns values as they are between the files.
   *
   * @throws GrowthException if the type that they are rounded to cannot hold one
   */
  HostArray rounded(String name, HostArray values) {
    try {
      return computed.map(d -> d.rounded(values)).orElse(values);
    } catch (ArithmeticException e) {
      throw new GrowthException(
          "'"
              + name
              + "' holds "
              + e.getMessage()
              + ", which "
              + computed.orElseThrow().configName()
              + " cannot; compute in another type.");
    }
  }

  /**
   * Returns a parameter of the source in its file, if its bytes can be stored as they are.
   *
   * @param dtype what it is stored as
   */
  Optional<StoredTensor> unchanged(String name, FileDType dtype) {
    FileDType held = small.dtype(name);
    return narrowest(held) == held && dtype == held ? small.stored(name) : Optional.empty();
  }
}
