package dev.ligo.core.growth.method;

import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.growth.Term;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Use;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Another method's operator with its maps as factors, which are then learned. Maps that are equal
 * along one axis are one factor, so that what the method ties stays tied; terms that differ along
 * one axis alone become one term. What no map reaches keeps its fill, to which the factors add.
 */
final class LearnedOperator {
  private final GrowthOperator start;
  private final WidthFactors factors;

  /** The different maps of each axis, with the names of their factors. */
  private final Map<String, Map<MapSum, String>> names = new LinkedHashMap<>();

  private LearnedOperator(GrowthOperator start, WidthFactors factors) {
    this.start = start;
    this.factors = factors;
  }

  /** Returns the parameters' growth by factors that begin as an operator's maps. */
  static List<ParameterGrowth> of(GrowthOperator start, WidthFactors factors) {
    LearnedOperator learned = new LearnedOperator(start, factors);
    learned.nameMaps();
    return start.parameters().values().stream().map(learned::growth).toList();
  }

  private interface AxisVisitor {
    void visit(int index, Axis.Width axis, Use.Role role, MapSum map);
  }

  private static void eachWidth(ParameterGrowth g, int part, List<MapSum> term, AxisVisitor v) {
    List<Use> uses = g.large().parts().get(part);
    for (int i = 0; i < uses.size(); i++) {
      if (uses.get(i).axis() instanceof Axis.Width w && !term.get(i + 1).isIdentity()) {
        v.visit(i, w, uses.get(i).role(), term.get(i + 1));
      }
    }
  }

  /** Names an axis's only map by the axis, and several by their roles, numbered where equal. */
  private void nameMaps() {
    for (ParameterGrowth g : start.parameters().values()) {
      for (int part = 0; part < g.parts().size(); part++) {
        for (List<MapSum> term : merged(g, part)) {
          eachWidth(g, part, term, this::note);
        }
      }
    }
    names.forEach(
        (axis, maps) -> {
          if (maps.size() == 1) {
            maps.replaceAll((map, name) -> axis);
          }
        });
  }

  private void note(int index, Axis.Width axis, Use.Role role, MapSum map) {
    Map<MapSum, String> maps = names.computeIfAbsent(axis.name(), a -> new LinkedHashMap<>());
    String name = axis.name() + "/" + role.name().toLowerCase(Locale.ROOT);
    if (!maps.containsKey(map)) {
      String free = name;
      for (int n = 2; maps.containsValue(free); n++) {
        free = name + "-" + n;
      }
      maps.put(map, free);
    }
  }

  private static List<List<MapSum>> merged(ParameterGrowth g, int part) {
    return MapSum.merged(g.parts().get(part), g.large().parts().get(part));
  }

  private ParameterGrowth growth(ParameterGrowth g) {
    List<List<Term>> parts = new ArrayList<>();
    for (int part = 0; part < g.parts().size(); part++) {
      List<Term> terms = new ArrayList<>();
      for (List<MapSum> term : merged(g, part)) {
        terms.add(learned(g, part, term, terms.size()));
      }
      parts.add(terms);
    }
    return g.with(parts, g.fill());
  }

  private Term learned(ParameterGrowth g, int part, List<MapSum> term, int number) {
    List<AxisMap> maps = new ArrayList<>();
    term.subList(1, term.size()).forEach(m -> maps.add(m.maps().get(0)));
    eachWidth(
        g,
        part,
        term,
        (i, axis, role, map) -> {
          String name = names.get(axis.name()).get(map);
          maps.set(i, factors.width(factors.key(name, g.large(), axis, role), axis, map));
        });
    return new Term(depth(g, part, term.get(0), number), maps);
  }

  private AxisMap depth(ParameterGrowth g, int part, MapSum map, int number) {
    if (map.isIdentity()) {
      return map.maps().get(0);
    }
    String key =
        LigoMethod.depthKey(g.large(), GrowthOperator.partName(g.large(), part))
            + (number == 0 ? "" : "+" + (number + 1));
    return factors.depth(key, map.matrix(), map.unreached());
  }
}
