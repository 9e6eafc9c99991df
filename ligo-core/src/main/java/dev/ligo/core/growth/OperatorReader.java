package dev.ligo.core.growth;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.api.Wording;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.checkpoint.FileSpec;
import dev.ligo.core.checkpoint.JsonValue;
import dev.ligo.core.checkpoint.SafetensorsFile;
import dev.ligo.core.model.Parameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Rebuilds an operator from its file, of which no value is believed unchecked. */
final class OperatorReader {
  /** Far above what any method makes; products with it overflow soon. */
  private static final double LARGEST = 1e6;

  private final Path file;
  private final SafetensorsFile tensors;
  private final GrowthPlan plan;
  private final JsonValue root;
  private final Map<Integer, AxisMap.Selection> selections = new HashMap<>();

  OperatorReader(Path file, SafetensorsFile tensors, GrowthPlan plan) {
    this.file = file;
    this.tensors = tensors;
    this.plan = plan;
    String text = tensors.metadata().get(OperatorFile.METADATA);
    if (text == null) {
      throw new CheckpointException(
          file, "holds no growth operator; expected one that a growth wrote its operator to.");
    }
    this.root = JsonValue.parse(text, this::damaged);
  }

  private CheckpointException damaged(String problem) {
    return new CheckpointException(
        file, "its operator is damaged: " + problem + "; learn it again, or take another file.");
  }

  GrowthOperator operator() {
    long version = root.get("version").whole(1, Long.MAX_VALUE);
    if (version != OperatorFile.VERSION) {
      throw new CheckpointException(
          file,
          "holds an operator in format "
              + version
              + ", and this version reads format "
              + OperatorFile.VERSION
              + "; use the version that wrote it.");
    }
    requireParameters();
    try {
      GrowthOperator operator =
          new GrowthOperator(
              root.get("method").text(),
              root.get("seed").whole(Long.MIN_VALUE, Long.MAX_VALUE),
              growths(),
              under(OperatorFile.FACTOR),
              fresh());
      return root.find(OperatorFile.EPSILON)
          .map(factor -> operator.withEpsilonFactor(epsilon(factor)))
          .orElse(operator);
    } catch (GrowthException e) {
      throw new GrowthException(file + ": " + e.getMessage());
    }
  }

  private static double epsilon(JsonValue factor) {
    double value = factor.number();
    if (value <= 0 || value > LARGEST) {
      throw factor.not("a number above 0, up to " + Wording.number(LARGEST));
    }
    return value;
  }

  /** Refuses the operator of other models by the parameters that it grows. */
  private void requireParameters() {
    TreeSet<String> found = new TreeSet<>(root.get("parameters").members().keySet());
    TreeSet<String> expected = new TreeSet<>();
    plan.grown().forEach(p -> expected.add(p.name()));
    if (!found.equals(expected)) {
      TreeSet<String> missing = new TreeSet<>(expected);
      missing.removeAll(found);
      found.removeAll(expected);
      throw new CheckpointException(
          file,
          (missing.isEmpty()
                  ? "its operator grows '" + found.first() + "', which the models do not have"
                  : "its operator does not grow '" + missing.first() + "'")
              + "; it was made for other models.");
    }
  }

  private List<ParameterGrowth> growths() {
    List<ParameterGrowth> growths = new ArrayList<>();
    Map<String, JsonValue> parameters = root.get("parameters").members();
    plan.grown().forEach(large -> growths.add(growth(large, parameters.get(large.name()))));
    return growths;
  }

  private ParameterGrowth growth(Parameter large, JsonValue description) {
    List<List<Term>> parts = new ArrayList<>();
    for (JsonValue part : description.get("parts").elements()) {
      List<Term> terms = new ArrayList<>();
      part.elements().forEach(term -> terms.add(term(term)));
      if (terms.isEmpty()) {
        throw part.not("a sum of terms");
      }
      parts.add(terms);
    }
    ParameterGrowth g =
        new ParameterGrowth(
            plan.small().layout().parameter(large.name()),
            large,
            plan.smallLayers(large),
            plan.largeLayers(large),
            parts,
            fill(description.get(OperatorFile.FILL)));
    g.checkExtents();
    return g;
  }

  /** Returns a fill by its word, or by its four scales. */
  private ParameterGrowth.Fill fill(JsonValue fill) {
    if (!fill.isArray()) {
      return Optional.ofNullable(OperatorFile.FILLS.get(fill.text()))
          .orElseThrow(() -> fill.not("one of " + new TreeSet<>(OperatorFile.FILLS.keySet())));
    }
    List<Double> scales = fill.elements().stream().map(OperatorReader::scale).toList();
    if (scales.size() != 4) {
      throw fill.not("four scales");
    }
    return new ParameterGrowth.Fill(scales.get(0), scales.get(1), scales.get(2), scales.get(3));
  }

  private static double scale(JsonValue scale) {
    double value = scale.number();
    if (Math.abs(value) > LARGEST) {
      throw scale.not("a number up to " + Wording.number(LARGEST));
    }
    return value;
  }

  private Term term(JsonValue term) {
    List<AxisMap> modes = new ArrayList<>();
    term.elements().forEach(m -> modes.add(map(m)));
    if (modes.isEmpty()) {
      throw term.not("maps, that of the layers first");
    }
    if (modes.get(0) instanceof AxisMap.Factor f && f.sharing() != AxisMap.Sharing.SHARED) {
      throw term.not("maps, of which that of the layers is one for all layers");
    }
    return new Term(modes.get(0), modes.subList(1, modes.size()));
  }

  private AxisMap map(JsonValue map) {
    int small = map.get("small").index(1, Integer.MAX_VALUE);
    if (map.find("factor").isPresent()) {
      return factor(map, small);
    }
    return map.find("selection")
        .map(id -> selection(id, id.index(0, Integer.MAX_VALUE), small))
        .orElse(AxisMap.identity(small));
  }

  private static AxisMap factor(JsonValue map, int small) {
    AxisMap.Form form = map.get("form").choice(AxisMap.Form.class);
    int least = form == AxisMap.Form.ROWS ? small : 1;
    int large = map.get("large").index(least, Integer.MAX_VALUE);
    List<Integer> unreached = new ArrayList<>();
    map.find(OperatorFile.UNREACHED)
        .ifPresent(u -> u.elements().forEach(i -> unreached.add(i.index(0, large - 1))));
    return new AxisMap.Factor(
        map.get("factor").text(),
        large,
        small,
        form,
        map.get("sharing").choice(AxisMap.Sharing.class),
        unreached);
  }

  private AxisMap selection(JsonValue id, int number, int small) {
    AxisMap.Selection known = selections.get(number);
    if (known != null) {
      return known; // of another small extent, it does not fit the parameter
    }
    String prefix = OperatorFile.SELECTION + number + "/";
    HostArray index = vector(id, prefix + "index", DType.INT32);
    HostArray scale = vector(id, prefix + "scale", DType.FLOAT64);
    if (index.size() != scale.size()) {
      throw id.not("of a selection with as many scales as indices");
    }
    requireSane(prefix + "scale", scale);
    int[] from = new int[index.size()];
    for (int i = 0; i < from.length; i++) {
      from[i] = (int) index.get(i);
      if (from[i] < AxisMap.Selection.MEAN || from[i] >= small) {
        throw damaged(
            "'" + prefix + "index' should hold units below " + small + ", found " + from[i]);
      }
    }
    AxisMap.Selection selection = new AxisMap.Selection(small, from, scale.toDoubles());
    selections.put(number, selection);
    return selection;
  }

  private HostArray vector(JsonValue id, String name, DType dtype) {
    FileSpec spec = tensors.entries().get(name);
    if (spec == null || spec.shape().rank() != 1 || spec.dtype().memory() != dtype) {
      throw id.not("the number of a selection, whose tensor '" + name + "' is a row of " + dtype);
    }
    return tensors.read(name);
  }

  /** Returns the fresh parameters, which are those of the plan. */
  private Map<String, HostArray> fresh() {
    Map<String, HostArray> found = under(OperatorFile.FRESH);
    Map<String, Shape> expected = new TreeMap<>();
    for (Parameter p : plan.fresh()) {
      for (int l = 0; l < plan.largeLayers(p); l++) {
        expected.put(p.at(l), p.shape());
      }
    }
    Map<String, Shape> shapes = new TreeMap<>();
    found.forEach((n, a) -> shapes.put(n, a.shape()));
    if (!shapes.equals(expected)) {
      throw new GrowthException(
          "the operator brings the fresh parameters "
              + shapes
              + ", expected "
              + expected
              + "; it was made for other models.");
    }
    return found;
  }

  private Map<String, HostArray> under(String prefix) {
    Map<String, HostArray> m = new TreeMap<>();
    for (String name : tensors.entries().keySet()) {
      if (name.startsWith(prefix)) {
        HostArray a = tensors.read(name);
        if (!a.dtype().isFloating()) {
          throw damaged("'" + name + "' should be floating, found " + a.dtype());
        }
        requireSane(name, a);
        m.put(name.substring(prefix.length()), a);
      }
    }
    return m;
  }

  private void requireSane(String name, HostArray values) {
    for (int i = 0; i < values.size(); i++) {
      if (!(Math.abs(values.get(i)) <= LARGEST)) { // NaN, too
        throw damaged(
            "'"
                + name
                + "' should hold numbers up to "
                + Wording.number(LARGEST)
                + ", found "
                + values.get(i)
                + " at "
                + i);
      }
    }
  }
}
