package dev.ligo.cli.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Command lines that go on from a demo.
 *
 * @param out the demo's directory
 */
record DemoCommands(Path out) {
  /** Returns what does the demo again, and parts of it. */
  List<String> again(DemoResult r) {
    DemoSettings s = r.settings();
    ModelSize large = ModelSize.of(r.large());
    String backend =
        String.format(
            "--backend %s --device %s --threads %s",
            r.backend(), r.engine().device(), r.engine().threads());
    return List.of(
        "# everything",
        "ligo demo --seed " + r.seed() + " " + backend + " --out again",
        "# the growth alone: the same bytes as in " + out.resolve(Demo.GROWN),
        String.format(
            Locale.ROOT,
            "ligo grow --from %s --out grown-again --method ligo --layers %d --hidden %d \\",
            path("small"),
            large.layers(),
            large.hidden()),
        String.format(
            Locale.ROOT,
            "    --data %s --batch-size %d --sequence-length %d \\",
            path("corpus/train.txt.gz"),
            s.batchSize(),
            s.sequenceLength()),
        String.format(
            "    --steps %s --learning-rate %s --seed %d %s",
            s.operatorSteps(), DemoSettings.rate(s.operatorLearningRate()), r.seed(), backend),
        "# the loss at the end",
        String.format(
            Locale.ROOT,
            "ligo evaluate --from %s --data %s \\",
            path(Demo.TRAINED),
            path("corpus/validation.txt.gz")),
        String.format(
            Locale.ROOT,
            "    --batch-size %d --sequence-length %d --batches %d %s",
            s.evaluationBatchSize(),
            s.sequenceLength(),
            s.evaluationBatches(),
            backend));
  }

  /** Returns what to try next. */
  List<String> next() {
    return List.of(
        "ligo inspect " + path(Demo.GROWN),
        "ligo grow --from "
            + path("small")
            + " --out stacked --method stack --layers 6  # without learning",
        "ligo grow --from YOUR-BERT --out grown --method ligo --layers 24 --data YOUR-TEXT");
  }

  /** Returns a path below the directory as a shell takes it. */
  private String path(String name) {
    String path = out.resolve(name).toString();
    return path.matches("[\\w./\\\\:-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
  }
}
