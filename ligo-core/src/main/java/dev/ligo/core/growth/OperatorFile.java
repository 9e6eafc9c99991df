package dev.ligo.core.growth;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.FileSpec;
import dev.ligo.core.checkpoint.JsonValue;
import dev.ligo.core.checkpoint.SafetensorsFile;
import dev.ligo.core.checkpoint.SafetensorsWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes an operator to a safetensors file and reads it back. The tensors are the factors ({@code
 * factor/…}), fresh parameters ({@code fresh/…}) and selections ({@code selection/N/index}, {@code
 * selection/N/scale}); the terms are JSON in the metadata.
 */
public final class OperatorFile {
  static final String METADATA = "ligo.operator";
  static final String EPSILON = "epsilon_factor";
  static final String UNREACHED = "unreached";
  static final String FACTOR = "factor/";
  static final String FRESH = "fresh/";
  static final String SELECTION = "selection/";
  static final String FILL = "fill";
  static final Map<String, ParameterGrowth.Fill> FILLS =
      Map.of("zero", ParameterGrowth.Fill.ZERO, "initial", ParameterGrowth.Fill.INITIAL);
  static final int VERSION = 1;

  private OperatorFile() {}

  /**
   * Writes an operator.
   *
   * @param operator the operator
   * @param file the file
   * @throws CheckpointException if the file exists or cannot be written
   */
  public static void write(GrowthOperator operator, Path file) {
    Map<AxisMap.Selection, Integer> selections = new LinkedHashMap<>();
    JsonObject parameters = new JsonObject();
    operator.parameters().forEach((n, g) -> parameters.add(n, growth(g, selections)));
    JsonObject root = new JsonObject();
    root.addProperty("version", VERSION);
    root.addProperty("method", operator.method());
    root.addProperty("seed", operator.seed());
    if (operator.epsilonFactor() != 1) {
      root.addProperty(EPSILON, operator.epsilonFactor());
    }
    root.add("parameters", parameters);
    Map<String, HostArray> tensors = new TreeMap<>();
    operator.factors().forEach((n, a) -> tensors.put(FACTOR + n, a));
    operator.fresh().forEach((n, a) -> tensors.put(FRESH + n, a));
    selections.forEach(
        (s, id) -> {
          int[] index = new int[s.large()];
          double[] scale = new double[s.large()];
          for (int i = 0; i < index.length; i++) {
            index[i] = s.index(i);
            scale[i] = s.scale(i);
          }
          tensors.put(SELECTION + id + "/index", HostArray.of(Shape.of(index.length), index));
          tensors.put(SELECTION + id + "/scale", HostArray.of(Shape.of(index.length), scale));
        });
    Map<String, FileSpec> specs = new TreeMap<>();
    tensors.forEach((n, a) -> specs.put(n, new FileSpec(FileDType.of(a.dtype()), a.shape())));
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(file, specs, Map.of(METADATA, root.toString()))) {
      tensors.forEach(writer::write);
    }
  }

  private static JsonObject growth(ParameterGrowth g, Map<AxisMap.Selection, Integer> selections) {
    JsonArray parts = new JsonArray();
    for (List<Term> terms : g.parts()) {
      JsonArray sum = new JsonArray();
      for (Term term : terms) {
        JsonArray modes = new JsonArray();
        term.modes().forEach(m -> modes.add(map(m, selections)));
        sum.add(modes);
      }
      parts.add(sum);
    }
    JsonObject o = new JsonObject();
    o.add(FILL, fill(g.fill()));
    o.add("parts", parts);
    return o;
  }

  /** A word for the fills of almost all methods, which older versions read, too. */
  private static JsonElement fill(ParameterGrowth.Fill fill) {
    for (Map.Entry<String, ParameterGrowth.Fill> e : FILLS.entrySet()) {
      if (e.getValue().equals(fill)) {
        return new JsonPrimitive(e.getKey());
      }
    }
    JsonArray scales = new JsonArray();
    scales.add(fill.reached());
    scales.add(fill.oldToNew());
    scales.add(fill.newToOld());
    scales.add(fill.newToNew());
    return scales;
  }

  private static JsonObject map(AxisMap map, Map<AxisMap.Selection, Integer> selections) {
    JsonObject o = new JsonObject();
    if (map instanceof AxisMap.Factor f) {
      o.addProperty("factor", f.name());
      o.addProperty("large", f.large());
      o.addProperty("form", JsonValue.word(f.form()));
      o.addProperty("sharing", JsonValue.word(f.sharing()));
      if (!f.unreached().isEmpty()) {
        JsonArray units = new JsonArray();
        f.unreached().forEach(units::add);
        o.add(UNREACHED, units);
      }
    } else if (map instanceof AxisMap.Selection s) {
      Integer id = selections.get(s);
      if (id == null) {
        id = selections.size();
        selections.put(s, id);
      }
      o.addProperty("selection", id);
    }
    o.addProperty("small", map.small());
    return o;
  }

  /**
   * {@return whether the operator of a file brings parameters that have no source: a fresh head
   * that was learned with it}
   *
   * @param file the file
   * @throws CheckpointException if the file cannot be read
   */
  public static boolean holdsFresh(Path file) {
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      return tensors.entries().keySet().stream().anyMatch(n -> n.startsWith(FRESH));
    }
  }

  /**
   * Reads an operator.
   *
   * @param file the file
   * @param plan what it is to grow
   * @return the operator
   * @throws CheckpointException if the file cannot be read, holds no operator, or one with values
   *     that no method makes
   * @throws GrowthException if the operator is for other models than the plan's
   */
  public static GrowthOperator read(Path file, GrowthPlan plan) {
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      return new OperatorReader(file, tensors, plan).operator();
    }
  }
}
