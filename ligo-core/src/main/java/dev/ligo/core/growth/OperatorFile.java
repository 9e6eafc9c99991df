package dev.ligo.core.growth;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.FileSpec;
import dev.ligo.core.checkpoint.SafetensorsFile;
import dev.ligo.core.checkpoint.SafetensorsWriter;
import dev.ligo.core.model.Parameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes an operator to a safetensors file and reads it back. The tensors are the factors ({@code
 * factor/…}), fresh parameters ({@code fresh/…}) and selections ({@code selection/N/index}, {@code
 * selection/N/scale}); the terms are JSON in the metadata.
 */
public final class OperatorFile {
  private static final String METADATA = "ligo.operator";
  private static final String EPSILON = "epsilon_factor";
  private static final String UNREACHED = "unreached";
  private static final int VERSION = 1;

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
    operator.factors().forEach((n, a) -> tensors.put("factor/" + n, a));
    operator.fresh().forEach((n, a) -> tensors.put("fresh/" + n, a));
    selections.forEach(
        (s, id) -> {
          int[] index = new int[s.large()];
          double[] scale = new double[s.large()];
          for (int i = 0; i < index.length; i++) {
            index[i] = s.index(i);
            scale[i] = s.scale(i);
          }
          tensors.put("selection/" + id + "/index", HostArray.of(Shape.of(index.length), index));
          tensors.put("selection/" + id + "/scale", HostArray.of(Shape.of(index.length), scale));
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
    o.addProperty("fill", lower(g.fill()));
    o.add("parts", parts);
    return o;
  }

  private static JsonObject map(AxisMap map, Map<AxisMap.Selection, Integer> selections) {
    JsonObject o = new JsonObject();
    if (map instanceof AxisMap.Factor f) {
      o.addProperty("factor", f.name());
      o.addProperty("large", f.large());
      o.addProperty("form", lower(f.form()));
      o.addProperty("sharing", lower(f.sharing()));
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

  private static String lower(Enum<?> e) {
    return e.name().toLowerCase(Locale.ROOT);
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
      return tensors.entries().keySet().stream().anyMatch(n -> n.startsWith("fresh/"));
    }
  }

  /**
   * Reads an operator.
   *
   * @param file the file
   * @param plan what it is to grow
   * @return the operator
   * @throws CheckpointException if the file cannot be read or holds no operator
   * @throws GrowthException if the operator is for other sizes than the plan's
   */
  public static GrowthOperator read(Path file, GrowthPlan plan) {
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      String text = tensors.metadata().get(METADATA);
      if (text == null) {
        throw new CheckpointException(
            file, "holds no growth operator; expected one that a growth wrote its operator to.");
      }
      try {
        return new Reader(tensors, JsonParser.parseString(text).getAsJsonObject(), plan).operator();
      } catch (JsonParseException
          | IllegalStateException
          | NullPointerException
          | ClassCastException e) {
        throw new CheckpointException(file, "its operator's description is damaged.", e);
      }
    }
  }

  /** Rebuilds an operator from its description. */
  private static final class Reader {
    private final SafetensorsFile tensors;
    private final JsonObject root;
    private final GrowthPlan plan;
    private final Map<Integer, AxisMap.Selection> selections = new HashMap<>();

    Reader(SafetensorsFile tensors, JsonObject root, GrowthPlan plan) {
      this.tensors = tensors;
      this.root = root;
      this.plan = plan;
    }

    GrowthOperator operator() {
      JsonObject parameters = root.getAsJsonObject("parameters");
      List<ParameterGrowth> growths = new ArrayList<>();
      for (Parameter large : plan.grown()) {
        JsonObject description = parameters.getAsJsonObject(large.name());
        if (description == null) {
          throw new GrowthException(
              "the operator does not grow '" + large.name() + "'; it was made for another model.");
        }
        growths.add(growth(large, description));
      }
      GrowthOperator operator =
          new GrowthOperator(
              root.get("method").getAsString(),
              root.get("seed").getAsLong(),
              growths,
              under("factor/"),
              under("fresh/"));
      return root.has(EPSILON)
          ? operator.withEpsilonFactor(root.get(EPSILON).getAsDouble())
          : operator;
    }

    private Map<String, HostArray> under(String prefix) {
      Map<String, HostArray> m = new TreeMap<>();
      for (String name : tensors.entries().keySet()) {
        if (name.startsWith(prefix)) {
          m.put(name.substring(prefix.length()), tensors.read(name));
        }
      }
      return m;
    }

    private ParameterGrowth growth(Parameter large, JsonObject description) {
      Parameter small = plan.small().layout().parameter(large.name());
      List<List<Term>> parts = new ArrayList<>();
      for (JsonElement part : description.getAsJsonArray("parts")) {
        List<Term> terms = new ArrayList<>();
        for (JsonElement term : part.getAsJsonArray()) {
          List<AxisMap> modes = new ArrayList<>();
          term.getAsJsonArray().forEach(m -> modes.add(map(m.getAsJsonObject())));
          terms.add(new Term(modes.get(0), modes.subList(1, modes.size())));
        }
        parts.add(terms);
      }
      ParameterGrowth g =
          new ParameterGrowth(
              small,
              large,
              plan.smallLayers(large),
              plan.largeLayers(large),
              parts,
              ParameterGrowth.Fill.valueOf(upper(description, "fill")));
      g.checkExtents();
      return g;
    }

    private AxisMap map(JsonObject o) {
      int small = o.get("small").getAsInt();
      if (o.has("factor")) {
        return new AxisMap.Factor(
            o.get("factor").getAsString(),
            o.get("large").getAsInt(),
            small,
            AxisMap.Form.valueOf(upper(o, "form")),
            AxisMap.Sharing.valueOf(upper(o, "sharing")),
            o.has(UNREACHED)
                ? o.getAsJsonArray(UNREACHED).asList().stream().map(JsonElement::getAsInt).toList()
                : List.of());
      }
      return o.has("selection")
          ? selections.computeIfAbsent(o.get("selection").getAsInt(), id -> selection(id, small))
          : AxisMap.identity(small);
    }

    private AxisMap.Selection selection(int id, int small) {
      HostArray index = tensors.read("selection/" + id + "/index").as(DType.INT32);
      HostArray scale = tensors.read("selection/" + id + "/scale");
      int[] from = new int[index.size()];
      for (int i = 0; i < from.length; i++) {
        from[i] = (int) index.get(i);
      }
      return new AxisMap.Selection(small, from, scale.toDoubles());
    }

    private static String upper(JsonObject o, String key) {
      return o.get(key).getAsString().toUpperCase(Locale.ROOT);
    }
  }
}
