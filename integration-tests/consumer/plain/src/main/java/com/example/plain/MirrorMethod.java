package com.example.plain;

import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.growth.Term;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Use;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Deepens: the layers in reverse order on top of those there are. */
public final class MirrorMethod implements GrowthMethod {
  @Override
  public String name() {
    return "mirror";
  }

  @Override
  public String summary() {
    return "deepens: the layers in reverse order on top of those there are";
  }

  @Override
  public GrowthOperator operator(GrowthPlan plan, long seed) {
    if (plan.widens()) {
      throw new GrowthException("method 'mirror' only deepens; keep the widths.");
    }
    List<ParameterGrowth> growths = new ArrayList<>();
    for (Parameter large : plan.grown()) {
      int from = plan.smallLayers(large);
      int to = plan.largeLayers(large);
      int[] source = new int[to];
      Arrays.setAll(source, l -> l / from % 2 == 0 ? l % from : from - 1 - l % from);
      AxisMap depth =
          from == to ? AxisMap.identity(from) : new AxisMap.Selection(from, source);
      List<List<Term>> parts = new ArrayList<>();
      for (List<Use> uses : large.parts()) {
        List<AxisMap> along =
            uses.stream().map(u -> AxisMap.identity(u.axis().size())).toList();
        parts.add(List.of(new Term(depth, along)));
      }
      Parameter small = plan.small().layout().parameter(large.name());
      growths.add(
          new ParameterGrowth(small, large, from, to, parts, ParameterGrowth.Fill.ZERO));
    }
    return new GrowthOperator(name(), seed, growths, Map.of(), Map.of());
  }
}
