package dev.ligo.cli.demo;

import dev.ligo.cli.compare.CurveTables;
import dev.ligo.cli.console.Format;
import dev.ligo.cli.report.ComparisonReport;
import dev.ligo.core.Version;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a demo found out, in words. */
final class DemoFindings {
  private final DemoResult result;
  private final ModelSize small;
  private final ModelSize large;
  private final Optional<Crossing> crossing;

  DemoFindings(DemoResult result) {
    this.result = result;
    this.small = ModelSize.of(result.small());
    this.large = ModelSize.of(result.large());
    this.crossing = Crossing.of(result.grown(), result.scratch());
  }

  /**
   * Returns the report.
   *
   * @param commands how to do it again
   */
  ComparisonReport report(List<String> commands) {
    return new ComparisonReport(
        String.format(
            "BERT %s: grown from %s by LiGO, or from scratch", large.name(), small.name()),
        List.of(done()),
        "validation loss (nats per masked token)",
        result.curves(),
        result.budget(),
        List.of(new ComparisonReport.Level("small model", result.smallLoss())),
        crossing.map(DemoFindings::saving).stream().toList(),
        CurveTables.summary(result.curves()),
        List.of(againstScratch(), againstSmall()),
        List.of(limits()),
        CurveTables.evaluations(result.curves(), result.budget()),
        settings(),
        commands);
  }

  private String done() {
    return String.format(
        "A pretrained BERT of %s, at a validation loss of %s, was grown to %s: LiGO learned in %d"
            + " steps how the large weights come from the small ones. The grown model and one of the same size from scratch were"
            + " then trained on the same batches until each had spent %s, with the steps in which"
            + " LiGO learned charged to the grown one.",
        small.name(),
        Format.metric(result.smallLoss()),
        large.name(),
        result.settings().operatorSteps(),
        CurveTables.flops(result.budget()));
  }

  private static ComparisonReport.Saving saving(Crossing c) {
    return new ComparisonReport.Saving(
        c.loss(), c.flops(), c.baseline(), Format.percent(c.saved()) + " less compute");
  }

  private String againstScratch() {
    String goal = "scratch's final loss of " + Format.metric(result.scratch().last().loss());
    return crossing
        .map(
            c ->
                String.format(
                    "The grown model reached %s after %s of its compute: %s less.",
                    goal, Format.percent(c.share()), Format.percent(c.saved())))
        .orElseGet(() -> "The grown model did not reach " + goal + " within the same compute.");
  }

  /** Says whether the larger model has become better than the one that it came from. */
  private String againstSmall() {
    double above = result.grown().last().loss() - result.smallLoss();
    return String.format(
        "It ended %s %s the loss of the small model that it came from (%s).",
        Format.metric(Math.abs(above)),
        above > 0 ? "above" : "below",
        Format.metric(result.smallLoss()));
  }

  private String limits() {
    return String.format(
        Locale.ROOT,
        "One run with one seed, of a tiny model on a small corpus: it shows how growing works, with"
            + " equal compute for both arms, and not how much LiGO saves at sizes that matter. The"
            + " small model's own training, %s or %.1f times what each arm could spend, is charged"
            + " to neither: growing pays where a small model is there already.",
        CurveTables.flops(result.smallFlops()),
        result.smallFlops() / result.budget());
  }

  private Map<String, String> settings() {
    DemoSettings s = result.settings();
    Map<String, String> m = new LinkedHashMap<>();
    m.put("small model", small.text());
    m.put("large model", large.text());
    m.put("batch", s.batchSize() + " × " + s.sequenceLength() + " tokens");
    m.put("operator", operator());
    m.put(
        "training",
        String.format(
            "AdamW; the learning rate rises to %s over %s of the steps and falls to 0",
            DemoSettings.rate(s.learningRate()), Format.percent(s.warmup())));
    m.put(
        "evaluation",
        String.format(
            "the same %d × %d × %d tokens of held-out text each time",
            s.evaluationBatches(), s.evaluationBatchSize(), s.sequenceLength()));
    m.put("compute", "3 × the forward operations, counted from shapes");
    m.put("time", "of growing and training; with evaluations " + Format.seconds(result.seconds()));
    m.put("seed", Long.toString(result.seed()));
    m.put("backend", result.backend() + ", " + result.engine().describe());
    m.put("software", "ligo " + Version.get() + ", Java " + Runtime.version());
    return m;
  }

  private String operator() {
    List<Double> losses = result.learning().losses();
    return String.format(
        "%s learned numbers; learning rate up to %s; training loss from %s to %s",
        Format.count(result.learning().operator().scalars()),
        DemoSettings.rate(result.settings().operatorLearningRate()),
        Format.metric(losses.get(0)),
        Format.metric(losses.get(losses.size() - 1)));
  }
}
