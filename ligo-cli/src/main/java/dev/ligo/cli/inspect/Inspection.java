package dev.ligo.cli.inspect;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.ligo.cli.console.Escapes;
import dev.ligo.cli.console.Format;
import dev.ligo.cli.console.Report;
import dev.ligo.cli.console.Table;
import dev.ligo.cli.training.StepCost;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The report of a checkpoint: its sizes, parameters, files, cost and lineage. */
final class Inspection implements Report {
  /** The group of the parameters that belong to no stack. */
  private static final String OUTSIDE = "outside";

  private final Checkpoint checkpoint;
  private final Layout layout;
  private final StepCost cost;
  private final SortedMap<String, Long> files;

  /**
   * Looks at a checkpoint.
   *
   * @throws CheckpointException if its directory cannot be listed
   */
  Inspection(Checkpoint checkpoint, StepCost cost) {
    this.checkpoint = checkpoint;
    this.layout = checkpoint.model().layout();
    this.cost = cost;
    this.files = files(checkpoint.path());
  }

  private static SortedMap<String, Long> files(Path directory) {
    try (Stream<Path> list = Files.list(directory)) {
      SortedMap<String, Long> sizes = new TreeMap<>();
      for (Path file : list.filter(Files::isRegularFile).toList()) {
        sizes.put(file.getFileName().toString(), Files.size(file));
      }
      return sizes;
    } catch (IOException e) {
      throw new CheckpointException(directory, "cannot be listed: " + e.getMessage() + ".", e);
    }
  }

  @Override
  public String text(int columns) {
    return String.join(
        System.lineSeparator(),
        checkpoint.model().architecture().name()
            + " in "
            + Escapes.line(checkpoint.path().toString()),
        "",
        summary().text(columns),
        "",
        "What can grow:",
        axes().text(columns),
        "",
        "Parameters:",
        parameters().text(columns));
  }

  private Table summary() {
    Table table = new Table(Table.Align.LEFT, Table.Align.LEFT);
    table.row("heads", heads().isEmpty() ? "none" : String.join(", ", heads()));
    table.row("tensor names", checkpoint.dialect().name());
    table.row("stored as", String.join(", ", dtypes()));
    table.row(
        "parameters",
        Format.count(layout.size())
            + " in "
            + layout.shapes().size()
            + " tensors: "
            + groups().entrySet().stream()
                .map(
                    g ->
                        Format.count(g.getValue())
                            + (g.getKey().equals(OUTSIDE) ? " outside" : " in " + g.getKey()))
                .collect(Collectors.joining(", ")));
    table.row("training step", cost.text());
    checkpoint.lineage().forEach(step -> table.row("lineage", step));
    layout.ties().forEach((alias, name) -> table.row("tied", alias + " = " + name));
    files.forEach((name, bytes) -> table.row("file", name + ", " + Format.quantity(bytes, "B")));
    return table;
  }

  private Table axes() {
    Table table = new Table(Table.Align.LEFT, Table.Align.RIGHT, Table.Align.LEFT);
    layout.stacks().forEach((name, layers) -> table.row(name, Integer.toString(layers), "layers"));
    layout
        .axes()
        .values()
        .forEach(
            a ->
                table.row(
                    a.name(),
                    Integer.toString(a.size()),
                    a.heads().map(h -> "= " + h.size() + " × " + a.headWidth()).orElse("")));
    return table;
  }

  private Table parameters() {
    Table table =
        new Table(Table.Align.LEFT, Table.Align.LEFT, Table.Align.RIGHT, Table.Align.RIGHT);
    for (Parameter p : layout.parameters()) {
      table.row(
          p.name(),
          String.join(" × ", symbols(p)),
          p.stack().isPresent() ? layout.layers(p) + " ×" : "",
          Format.count(p.shape().size()));
    }
    return table;
  }

  /** Returns a parameter's axes by the names that {@link #axes} lists, without their stack. */
  private static List<String> symbols(Parameter p) {
    return p.uses().stream().map(u -> symbol(u.axis())).toList();
  }

  private static String symbol(Axis axis) {
    if (axis instanceof Axis.Width w) {
      return w.stack().map(s -> w.name().substring(s.length() + 1)).orElse(w.name());
    }
    if (axis instanceof Axis.Concat c) {
      return c.parts().stream()
          .map(part -> symbol(part.axis()))
          .collect(
              Collectors.joining(
                  " + ", "(", c.heads().map(h -> " by " + symbol(h) + ")").orElse(")")));
    }
    return Integer.toString(axis.size());
  }

  private List<String> heads() {
    return checkpoint.model().heads().stream().map(h -> h.name()).toList();
  }

  private Set<String> dtypes() {
    Set<String> dtypes = new TreeSet<>();
    layout.shapes().keySet().forEach(n -> dtypes.add(checkpoint.dtype(n).name()));
    return dtypes;
  }

  /** Returns the number of scalars in each stack, and outside. */
  private Map<String, Long> groups() {
    Map<String, Long> sizes = new LinkedHashMap<>();
    for (Parameter p : layout.parameters()) {
      sizes.merge(p.stack().orElse(OUTSIDE), p.shape().size() * layout.layers(p), Long::sum);
    }
    return sizes;
  }

  @Override
  public JsonObject json() {
    JsonObject root = new JsonObject();
    root.addProperty("directory", checkpoint.path().toString());
    root.addProperty("family", checkpoint.model().architecture().name());
    root.add("heads", array(heads()));
    root.addProperty("names", checkpoint.dialect().name());
    root.add("dtypes", array(dtypes()));
    root.addProperty("parameters", layout.size());
    root.add("groups", object(groups()));
    root.add("training_step", cost.json());
    root.add("stacks", object(layout.stacks()));
    JsonObject axes = new JsonObject();
    layout.axes().forEach((name, a) -> axes.addProperty(name, a.size()));
    root.add("axes", axes);
    JsonArray parameters = new JsonArray();
    layout.parameters().forEach(p -> parameters.add(json(p)));
    root.add("tensors", parameters);
    JsonObject ties = new JsonObject();
    layout.ties().forEach(ties::addProperty);
    root.add("ties", ties);
    root.add("lineage", array(checkpoint.lineage()));
    root.add("files", object(files));
    return root;
  }

  private JsonObject json(Parameter p) {
    JsonObject o = new JsonObject();
    o.addProperty("name", p.name());
    JsonArray shape = new JsonArray();
    for (int extent : p.shape().dims()) {
      shape.add(extent);
    }
    o.add("shape", shape);
    o.add("axes", array(symbols(p)));
    o.addProperty("layers", layout.layers(p));
    return o;
  }

  private static JsonArray array(Iterable<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }

  private static JsonElement object(Map<String, ? extends Number> numbers) {
    JsonObject o = new JsonObject();
    numbers.forEach((name, n) -> o.add(name, new JsonPrimitive(n)));
    return o;
  }
}
