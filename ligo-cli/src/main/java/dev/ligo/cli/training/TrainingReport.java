package dev.ligo.cli.training;

import com.google.gson.JsonObject;
import dev.ligo.cli.console.Escapes;
import dev.ligo.cli.console.Format;
import dev.ligo.cli.console.Metrics;
import dev.ligo.cli.console.Progress;
import dev.ligo.cli.console.Report;
import dev.ligo.cli.console.Table;
import dev.ligo.core.Training;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.model.MetricText;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Task;
import dev.ligo.core.train.TrainingOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** Follows a training run: shows each step as it is made, and says at the end what became of it. */
public final class TrainingReport implements ProgressListener, Report {
  private static final String LOSS = "training_loss";
  private static final String EVALUATION = "evaluation_";

  private final Path out;
  private final ModelSpec<?> model;
  private final Set<String> carried;
  private final long steps;
  private final String unit;
  private final long unitsPerStep;
  private final Progress progress;
  private final Map<String, Double> first = new LinkedHashMap<>();
  private final Map<String, Double> last = new LinkedHashMap<>();
  private final Map<String, Double> kept = new LinkedHashMap<>();
  private OptionalLong written = OptionalLong.empty();
  private long made;
  private OptionalDouble perSecond = OptionalDouble.empty();

  /**
   * Begins to follow.
   *
   * @param out the directory that will be written
   * @param run the training
   * @param steps the number of the last step
   * @param unit what is counted of the data, tokens or examples
   * @param unitsPerStep how many of them a step sees
   * @param progress where steps are shown
   */
  public TrainingReport(
      Path out, Training run, long steps, String unit, long unitsPerStep, Progress progress) {
    this.out = out;
    this.model = run.model();
    this.carried = run.carried();
    this.steps = steps;
    this.unit = unit;
    this.unitsPerStep = unitsPerStep;
    this.progress = progress;
  }

  @Override
  public void progress(Work.Progress p) {
    if (p.learning().isEmpty()) { // a batch of an evaluation
      if (made == 0) {
        beforeTheFirstStep(p);
      }
      return;
    }
    made++;
    note(LOSS, p.learning().get().loss());
    perSecond = p.perSecond();
    progress.progress(p);
  }

  /** Shows the evaluation before the first step, which may take as long as many steps. */
  private void beforeTheFirstStep(Work.Progress p) {
    if (p.step() == 1 && p.total() > TrainingOptions.EVALUATION_BATCHES) {
      progress.line(
          "each evaluation measures "
              + Format.count(p.total())
              + " batches; --eval-batches N measures fewer");
    }
    progress.progress(p);
  }

  @Override
  public boolean isCancelled() {
    return progress.isCancelled();
  }

  /** Returns whether a step was made. */
  public boolean began() {
    return made > 0;
  }

  @Override
  public void resumed(long step, OptionalDouble loss, Map<String, Double> evaluation) {
    shown(evaluation).forEach((name, value) -> note(EVALUATION + name, value));
    loss.ifPresent(value -> note(LOSS, value));
    progress.line("continued after step " + Format.count(step));
  }

  private static Map<String, Double> shown(Map<String, Double> metrics) {
    Map<String, Double> shown = new LinkedHashMap<>(metrics);
    shown.remove(Task.SCORED); // the same each time
    return shown;
  }

  @Override
  public void evaluated(long step, Map<String, Double> metrics) {
    Map<String, Double> shown = shown(metrics);
    boolean end = step == steps; // where nothing was measured before, nothing is to compare with
    shown.forEach(
        (name, value) -> {
          if (end) {
            last.put(EVALUATION + name, value);
          } else {
            note(EVALUATION + name, value);
          }
        });
    progress.line("evaluation at step " + Format.count(step) + ": " + Metrics.line(shown));
  }

  @Override
  public void kept(long step, Map<String, Double> evaluation) {
    written = OptionalLong.of(step);
    shown(evaluation).forEach((name, value) -> kept.put(EVALUATION + name, value));
  }

  /** Returns the first value of a metric, or nothing where it was measured at the end alone. */
  private String begun(String metric) {
    return Optional.ofNullable(first.get(metric)).map(v -> MetricText.value(metric, v)).orElse("");
  }

  private void note(String metric, double value) {
    first.putIfAbsent(metric, value);
    last.put(metric, value);
  }

  @Override
  public String text(int columns) {
    return String.format(
        "trained %s in %s: %s parameters, %s, %s %s%s%n%n%s%s",
        Escapes.line(out.toString()),
        Format.seconds(progress.seconds()),
        Format.count(model.layout().size()),
        Format.count(steps, "step"),
        Format.count(steps * unitsPerStep),
        unit,
        written.isEmpty() ? "" : String.format("%nthe model is that of step %s, the best", step()),
        table().text(columns),
        carriedOver() + summary());
  }

  /** Returns the number of the step whose model is written. */
  private String step() {
    return Format.count(written.orElse(steps));
  }

  private Table table() {
    Table table =
        new Table(Table.Align.LEFT, Table.Align.RIGHT, Table.Align.RIGHT, Table.Align.RIGHT);
    table.row("", "first", "last", written.isEmpty() ? "" : "step " + step());
    last.forEach(
        (name, value) -> {
          String model = kept.containsKey(name) ? MetricText.value(name, kept.get(name)) : "";
          table.row(MetricText.name(name), begun(name), MetricText.value(name, value), model);
        });
    return table;
  }

  /** Returns all in one line, to be copied. */
  private String summary() {
    StringBuilder line = new StringBuilder();
    Map<String, Double> reached = new LinkedHashMap<>(last);
    reached.putAll(kept);
    reached.forEach(
        (name, value) -> {
          line.append(", ").append(MetricText.name(name)).append(' ');
          if (first.containsKey(name)) {
            line.append(begun(name)).append(" -> ");
          }
          line.append(MetricText.value(name, value));
        });
    return String.format(
        "%n%nsummary: %s, %s, %s%s, %s",
        out.getFileName(),
        Format.count(model.layout().size(), "parameter"),
        written.isEmpty()
            ? Format.count(steps, "step")
            : "step " + step() + " of " + Format.count(steps),
        line,
        Format.seconds(progress.seconds()));
  }

  private String carriedOver() {
    return carried.isEmpty()
        ? ""
        : String.format("%n%ncarried over: %s", String.join(", ", carried));
  }

  @Override
  public JsonObject json() {
    JsonObject root = new JsonObject();
    root.addProperty("out", out.toString());
    root.addProperty("parameters", model.layout().size());
    root.addProperty("steps", steps);
    root.addProperty(unit, steps * unitsPerStep);
    root.add("first", Metrics.json(first));
    root.add("last", Metrics.json(last));
    written.ifPresent(
        step -> {
          JsonObject model = Metrics.json(kept);
          model.addProperty("step", step);
          root.add("kept", model);
        });
    perSecond.ifPresent(n -> root.addProperty(unit + "_per_second", n));
    root.addProperty("seconds", progress.seconds());
    return root;
  }
}
