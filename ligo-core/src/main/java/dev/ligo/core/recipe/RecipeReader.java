package dev.ligo.core.recipe;

import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.LayerSlices;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reads the YAML of a recipe. Of settings at several places those of the source come first, then
 * those of its slice, then those for all: as in mergekit the first that matches a tensor's name
 * holds.
 */
final class RecipeReader {
  static final String MERGE_METHOD = "merge_method";
  static final String PASSTHROUGH = "passthrough";
  static final String SLICES = "slices";
  static final String SOURCES = "sources";
  static final String MODEL = "model";
  static final String LAYER_RANGE = "layer_range";
  static final String PARAMETERS = "parameters";
  static final String SCALE = "scale";
  static final String FILTER = "filter";
  static final String VALUE = "value";
  static final String DTYPE = "dtype";
  static final String OUT_DTYPE = "out_dtype";

  private static final String BASE_MODEL = "base_model";
  private static final String TOKENIZER_SOURCE = "tokenizer_source";
  private static final String BASE = "base";

  /** A filter that mergekit takes for every name. */
  private static final String ANY = "*";

  private final String source;
  private final Set<String> models = new TreeSet<>();

  /**
   * Creates a reader.
   *
   * @param source the file, for error messages
   */
  RecipeReader(String source) {
    this.source = source;
  }

  MergeRecipe recipe(String text) {
    Node root = Node.root(source, text);
    root.keys(SLICES, MERGE_METHOD, PARAMETERS, DTYPE, OUT_DTYPE, BASE_MODEL, TOKENIZER_SOURCE);
    if (!root.require(MERGE_METHOD).text().equals(PASSTHROUGH)) {
      throw root.require(MERGE_METHOD)
          .expected(
              "'"
                  + PASSTHROUGH
                  + "', which makes one model deeper; merging several models is mergekit's own"
                  + " work");
    }
    List<LayerSlices.Scale> all = scales(root);
    List<LayerSlices.Slice> slices = new ArrayList<>();
    root.require(SLICES).items().forEach(s -> slices.add(slice(s, all)));
    root.get(BASE_MODEL).ifPresent(m -> models.add(m.text()));
    if (models.size() > 1) {
      throw new RecipeException(
          source
              + ": a recipe here has one model, found "
              + models.stream().map(m -> "'" + m + "'").collect(Collectors.joining(" and "))
              + "; merging several is mergekit's own work.");
    }
    Optional<Node> tokenizer = root.get(TOKENIZER_SOURCE);
    if (tokenizer.isPresent() && !tokenizer.get().text().equals(BASE)) {
      throw tokenizer.get().expected("'" + BASE + "', the tokenizer of the one model");
    }
    return new MergeRecipe(
        models.iterator().next(),
        new LayerSlices(slices),
        root.get(DTYPE).map(RecipeReader::dtype),
        root.get(OUT_DTYPE).map(RecipeReader::dtype));
  }

  private LayerSlices.Slice slice(Node slice, List<LayerSlices.Scale> all) {
    slice.keys(SOURCES, PARAMETERS);
    List<Node> sources = slice.require(SOURCES).items();
    if (sources.size() != 1) {
      throw slice
          .require(SOURCES)
          .expected("one source, since '" + PASSTHROUGH + "' merges nothing");
    }
    Node only = sources.get(0);
    only.keys(MODEL, LAYER_RANGE, PARAMETERS);
    models.add(only.require(MODEL).text());
    Node range = only.require(LAYER_RANGE);
    List<Node> ends = range.items();
    if (ends.size() != 2) {
      throw range.expected("two numbers, [from, to)");
    }
    List<LayerSlices.Scale> scales = new ArrayList<>(scales(only));
    scales.addAll(scales(slice));
    scales.addAll(all);
    try {
      return new LayerSlices.Slice(ends.get(0).whole(), ends.get(1).whole(), scales);
    } catch (GrowthException e) {
      throw new RecipeException(range.place() + ": " + e.getMessage(), e);
    }
  }

  /** Returns the scales among the parameters of a place, the first ones first. */
  private static List<LayerSlices.Scale> scales(Node of) {
    Optional<Node> parameters = of.get(PARAMETERS);
    if (parameters.isEmpty()) {
      return List.of();
    }
    parameters.get().keys(SCALE);
    Optional<Node> scale = parameters.get().get(SCALE);
    if (scale.isEmpty()) {
      return List.of();
    }
    if (scale.get().isNumber()) {
      return List.of(scale("", scale.get()));
    }
    List<Node> conditions = scale.get().isList() ? scale.get().items() : List.of(scale.get());
    return conditions.stream().map(RecipeReader::condition).toList();
  }

  private static LayerSlices.Scale condition(Node condition) {
    if (condition.isNumber()) {
      throw condition.expected(
          "a filter and a value: a list of values, which mergekit spreads over the layers, is not"
              + " read; write a slice for each layer");
    }
    condition.keys(FILTER, VALUE);
    String filter = condition.get(FILTER).map(Node::text).filter(f -> !f.equals(ANY)).orElse("");
    return scale(filter, condition.require(VALUE));
  }

  private static LayerSlices.Scale scale(String filter, Node value) {
    try {
      return new LayerSlices.Scale(filter, value.number());
    } catch (GrowthException e) {
      throw new RecipeException(value.place() + ": " + e.getMessage(), e);
    }
  }

  private static FileDType dtype(Node name) {
    return Arrays.stream(FileDType.values())
        .filter(d -> d.isFloating() && d.configName().equals(name.text()))
        .findFirst()
        .orElseThrow(() -> name.expected("float32, bfloat16, float16 or float64"));
  }
}
