package dev.ligo.core;

import com.google.gson.JsonObject;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.train.TrainingDirectory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Writes the metrics of a training, keeps its best state, and passes on what it is told. */
final class TrainingRecording implements ProgressListener {
  private final List<Trace> traces = new ArrayList<>();
  private final Optional<BestState> best;
  private final ProgressListener listener;
  private final double before;
  private final long begun = System.nanoTime();

  TrainingRecording(
      TrainingDirectory work,
      Optional<EventFile> events,
      Optional<BestState> best,
      ProgressListener listener) {
    traces.add(new Trace(work::metrics));
    events.ifPresent(e -> traces.add(new Trace(e::write)));
    this.best = best;
    this.listener = listener;
    this.before = work.saved().map(TrainingDirectory.Saved::seconds).orElse(0.0);
  }

  /** Tells a listener what a run that is continued has been. */
  static void resume(TrainingDirectory.Saved saved, ProgressListener listener) {
    Map<String, Double> evaluation =
        evaluations(saved.metrics().stream()).findFirst().orElse(Map.of());
    OptionalDouble loss =
        saved.metrics().stream()
            .filter(o -> o.has("loss"))
            .mapToDouble(o -> o.get("loss").getAsDouble())
            .findFirst();
    listener.resumed(saved.step(), loss, evaluation);
  }

  /** Tells a listener of which step the best model is, which is written. */
  static void kept(long step, List<JsonObject> metrics, ProgressListener listener) {
    Stream<JsonObject> there = metrics.stream().filter(o -> o.get("step").getAsLong() == step);
    listener.kept(step, evaluations(there).findFirst().orElse(Map.of()));
  }

  /** Returns the evaluations among lines of metrics. */
  private static Stream<Map<String, Double>> evaluations(Stream<JsonObject> lines) {
    String prefix = TrainingDirectory.EVALUATED;
    return lines
        .filter(o -> o.has(prefix + "loss"))
        .map(
            o -> {
              Map<String, Double> evaluation = new TreeMap<>();
              o.keySet().stream()
                  .filter(k -> k.startsWith(prefix))
                  .forEach(
                      k -> evaluation.put(k.substring(prefix.length()), o.get(k).getAsDouble()));
              return evaluation;
            });
  }

  @Override
  public void progress(Work.Progress progress) {
    progress
        .learning()
        .ifPresent(
            l -> {
              JsonObject o = line(progress.step());
              o.addProperty("loss", l.loss());
              o.addProperty("learning_rate", l.learningRate());
              o.addProperty("gradient_norm", l.gradientNorm());
              o.addProperty(progress.unit(), progress.step() * l.units());
              write(o);
            });
    listener.progress(progress);
  }

  @Override
  public void evaluated(long step, Map<String, Double> metrics) {
    JsonObject o = line(step);
    new TreeMap<>(metrics).forEach((n, v) -> o.addProperty(TrainingDirectory.EVALUATED + n, v));
    write(o);
    best.ifPresent(b -> b.evaluated(step, metrics));
    listener.evaluated(step, metrics);
  }

  @Override
  public boolean isCancelled() {
    return listener.isCancelled();
  }

  /** Writes what JSON has numbers for: an infinite perplexity is left out of its line. */
  private void write(JsonObject line) {
    line.entrySet().removeIf(e -> !Double.isFinite(e.getValue().getAsDouble()));
    traces.forEach(t -> t.write(line));
  }

  private JsonObject line(long step) {
    JsonObject o = new JsonObject();
    o.addProperty("step", step);
    o.addProperty("seconds", before + (System.nanoTime() - begun) / 1e9);
    return o;
  }
}
