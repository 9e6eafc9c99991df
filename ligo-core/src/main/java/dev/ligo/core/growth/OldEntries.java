package dev.ligo.core.growth;

import dev.ligo.core.model.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Which entries of a grown model's parameters are old: those in which the small model's stand. An
 * entry is old if along every axis, that of the layers too, its unit is the first to come from a
 * unit of the small model. All others are new: those that no term reaches, further copies, and
 * means.
 *
 * @param units the old units by parameter, with {@code {}} for the layer in a stack: for each part
 *     of its concatenated axis, or for the whole parameter, those along the layers and along each
 *     of its axes, in a part those of the part
 */
public record OldEntries(SortedMap<String, List<List<UnitRanges>>> units) {
  /** Those of a model of which nothing is known to be grown. */
  public static final OldEntries UNKNOWN = new OldEntries(new TreeMap<>());

  /**
   * Copies the units.
   *
   * @param units the old units by parameter, with {@code {}} for the layer in a stack: for each
   *     part of its concatenated axis, or for the whole parameter, those along the layers and along
   *     each of its axes, in a part those of the part
   */
  public OldEntries {
    SortedMap<String, List<List<UnitRanges>>> copy = new TreeMap<>();
    units.forEach((name, parts) -> copy.put(name, parts.stream().map(List::copyOf).toList()));
    units = Collections.unmodifiableSortedMap(copy);
  }

  /**
   * {@return the old entries of the model that an operator makes} Where terms are added, the first
   * one brings the small model's entries.
   *
   * @param operator the operator
   */
  public static OldEntries of(GrowthOperator operator) {
    SortedMap<String, List<List<UnitRanges>>> units = new TreeMap<>();
    SortedMap<String, UnitRanges> factors = new TreeMap<>();
    for (ParameterGrowth g : operator.parameters().values()) {
      List<List<UnitRanges>> parts = new ArrayList<>();
      for (List<Term> sum : g.parts()) {
        parts.add(
            sum.get(0).modes().stream()
                .map(
                    map ->
                        map instanceof AxisMap.Factor f
                            ? factors.computeIfAbsent(f.name(), n -> learned(f, operator))
                            : selected(map))
                .toList());
      }
      units.put(g.name(), parts);
    }
    return new OldEntries(units);
  }

  private static UnitRanges selected(AxisMap map) {
    if (!(map instanceof AxisMap.Selection s)) {
      return UnitRanges.where(map.large(), i -> true);
    }
    Set<Integer> seen = new HashSet<>();
    return UnitRanges.where(
        s.large(), i -> s.index(i) >= 0 && s.scale(i) != 0 && seen.add(s.index(i)));
  }

  /** Of a matrix a unit comes from the one that it has the largest share of, as layers do. */
  private static UnitRanges learned(AxisMap.Factor f, GrowthOperator operator) {
    double[][] shares = new double[f.large()][f.small()];
    LayerOrigins.add(f, operator, shares);
    Set<Integer> added = LayerOrigins.of(shares).inserted();
    return UnitRanges.where(f.large(), i -> f.reaches(i) && !added.contains(i));
  }

  /** {@return whether it is known where the model's entries come from} */
  public boolean isKnown() {
    return !units.isEmpty();
  }

  /**
   * {@return the old entries in a layer of a parameter, by their places in it, the last axis
   * fastest; none of a parameter that has no source, such as that of a fresh head}
   *
   * @param p the parameter
   * @param layer the layer's number, from 0; 0 outside stacks
   * @throws GrowthException if they are those of a parameter of another shape
   */
  public BitSet in(Parameter p, int layer) {
    BitSet old = new BitSet();
    List<List<UnitRanges>> parts = units.getOrDefault(p.name(), List.of());
    if (!parts.isEmpty() && parts.size() != p.parts().size()) {
      throw ofAnother(p);
    }
    for (int part = 0; part < parts.size(); part++) {
      List<UnitRanges> along = parts.get(part);
      if (along.size() != p.uses().size() + 1) {
        throw ofAnother(p);
      }
      if (along.get(0).has(layer)) {
        mark(old, places(p, part, along), 0, 0);
      }
    }
    return old;
  }

  /** Returns the places of a part's old units along each axis, times what they are apart. */
  private static List<int[]> places(Parameter p, int part, List<UnitRanges> along) {
    int[] dims = p.shape().dims();
    List<int[]> all = new ArrayList<>();
    int apart = 1;
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      int[] within =
          axis == p.partAxis() ? p.partPlaces(part) : IntStream.range(0, dims[axis]).toArray();
      if (along.get(axis + 1).end() > within.length) {
        throw ofAnother(p);
      }
      int stride = apart;
      all.add(0, Arrays.stream(along.get(axis + 1).units()).map(i -> within[i] * stride).toArray());
      apart *= dims[axis];
    }
    return all;
  }

  private static void mark(BitSet old, List<int[]> places, int axis, int at) {
    if (axis == places.size()) {
      old.set(at);
      return;
    }
    for (int place : places.get(axis)) {
      mark(old, places, axis + 1, at + place);
    }
  }

  private static GrowthException ofAnother(Parameter p) {
    return new GrowthException(
        "the record of how this model was grown is of another '"
            + p.name()
            + "' than that of shape "
            + p.shape()
            + "; grow the model again.");
  }
}
