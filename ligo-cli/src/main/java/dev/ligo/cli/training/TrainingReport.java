package dev.ligo.cli.training;

import com.google.gson.JsonObject;
import dev.ligo.cli.console.Format;
import dev.ligo.cli.console.Metrics;
import dev.ligo.cli.console.Progress;
import dev.ligo.cli.console.Report;
import dev.ligo.cli.console.Table;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.train.Trainer;
import dev.ligo.core.train.TrainingState;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Follows a training run: shows each step as it is made, and says at the end what became of it. */
public final class TrainingReport implements Trainer.Listener, Report {
  private static final String LOSS = "training loss";

  private final Path out;
  private final ModelSpec<?> model;
  private final long steps;
  private final String unit;
  private final long unitsPerStep;
  private final Progress progress;
  private final long begun = System.nanoTime();
  private final Map<String, Double> first = new LinkedHashMap<>();
  private final Map<String, Double> last = new LinkedHashMap<>();
  private long made;
  private long steppingNanos;
  private long mark;

  /**
   * Begins to follow.
   *
   * @param out the directory that will be written
   * @param model the model that is trained
   * @param steps the number of the last step
   * @param unit what is counted of the data, tokens or examples
   * @param unitsPerStep how many of them a step sees
   * @param progress where steps are shown
   */
  public TrainingReport(
      Path out, ModelSpec<?> model, long steps, String unit, long unitsPerStep, Progress progress) {
    this.out = out;
    this.model = model;
    this.steps = steps;
    this.unit = unit;
    this.unitsPerStep = unitsPerStep;
    this.progress = progress;
  }

  @Override
  public void stepped(TrainingState.Step step, double learningRate) {
    long now = System.nanoTime();
    if (made == 0 && step.step() > 1) {
      progress.line("continued after step " + Format.count(step.step() - 1));
    }
    if (made > 0) { // the first step also warms up
      steppingNanos += now - mark;
    }
    made++;
    note(LOSS, step.loss());
    String speed =
        made > 1 ? ", " + Format.count(Math.round(unitsPerSecond())) + " " + unit + "/s" : "";
    progress.progress("training", step.step(), steps, "loss " + Format.metric(step.loss()) + speed);
    mark = System.nanoTime();
  }

  /** Returns whether a step was made. */
  public boolean began() {
    return made > 0;
  }

  @Override
  public void evaluating(long done, long total) {
    progress.check();
  }

  @Override
  public void evaluated(long step, Map<String, Double> metrics) {
    Map<String, Double> shown = new LinkedHashMap<>(metrics);
    shown.remove(Metrics.SCORED); // the same each time
    shown.forEach((name, value) -> note("evaluation " + name, value));
    progress.line("evaluation at step " + Format.count(step) + ": " + Metrics.line(shown));
    mark = System.nanoTime();
  }

  private void note(String metric, double value) {
    first.putIfAbsent(metric, value);
    last.put(metric, value);
  }

  private double unitsPerSecond() {
    return (made - 1) * unitsPerStep / (steppingNanos / 1e9);
  }

  private double seconds() {
    return (System.nanoTime() - begun) / 1e9;
  }

  @Override
  public String text() {
    Table table = new Table(Table.Align.LEFT, Table.Align.RIGHT, Table.Align.RIGHT);
    table.row("", "first", "last");
    first.forEach(
        (name, value) ->
            table.row(name, Metrics.text(name, value), Metrics.text(name, last.get(name))));
    return String.format(
        "trained %s in %s: %s parameters, %s steps, %s %s%n%n%s",
        out,
        Format.seconds(seconds()),
        Format.count(model.layout().size()),
        Format.count(steps),
        Format.count(steps * unitsPerStep),
        unit,
        table);
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
    if (made > 1) {
      root.addProperty(unit + "_per_second", unitsPerSecond());
    }
    root.addProperty("seconds", seconds());
    return root;
  }
}
