package dev.ligo.core.recipe;

import dev.ligo.core.growth.LayerSlices;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Writes a recipe as YAML, by the keys that {@link RecipeReader} reads. */
final class RecipeWriter {
  private RecipeWriter() {}

  static String yaml(MergeRecipe recipe) {
    List<Object> slices = new ArrayList<>();
    for (LayerSlices.Slice slice : recipe.slices().slices()) {
      Map<String, Object> source = new LinkedHashMap<>();
      source.put(RecipeReader.MODEL, recipe.model());
      source.put(RecipeReader.LAYER_RANGE, List.of(slice.from(), slice.to()));
      if (!slice.scales().isEmpty()) {
        source.put(
            RecipeReader.PARAMETERS,
            Map.of(
                RecipeReader.SCALE, slice.scales().stream().map(RecipeWriter::condition).toList()));
      }
      slices.add(Map.of(RecipeReader.SOURCES, List.of(source)));
    }
    Map<String, Object> root = new LinkedHashMap<>();
    root.put(RecipeReader.SLICES, slices);
    root.put(RecipeReader.MERGE_METHOD, RecipeReader.PASSTHROUGH);
    recipe.dtype().ifPresent(d -> root.put(RecipeReader.DTYPE, d.configName()));
    recipe.outDtype().ifPresent(d -> root.put(RecipeReader.OUT_DTYPE, d.configName()));
    DumpSettings settings = DumpSettings.builder().setDefaultFlowStyle(FlowStyle.AUTO).build();
    return new Dump(settings).dumpToString(root);
  }

  private static Map<String, Object> condition(LayerSlices.Scale scale) {
    Map<String, Object> condition = new LinkedHashMap<>();
    if (!scale.filter().isEmpty()) {
      condition.put(RecipeReader.FILTER, scale.filter());
    }
    condition.put(RecipeReader.VALUE, scale.value());
    return condition;
  }
}
