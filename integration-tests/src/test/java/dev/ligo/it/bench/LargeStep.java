package dev.ligo.it.bench;

import dev.ligo.api.Backend;
import dev.ligo.core.model.ModelSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The memory and time of training a model of BERT-Base's size, in a process of its own. */
final class LargeStep implements Benchmark {
  private static final Workload DATA = new Workload(30522, 2, 128, 20);

  /** Room for the initial values, 440 MB, which leave the heap for the engine. */
  private static final String HEAP = "-Xmx768m";

  @Override
  public String name() {
    return "large";
  }

  @Override
  public String summary() {
    return "a training step, 12 × 768, 2 × 128 tokens: peak resident memory and time";
  }

  @Override
  public List<Result> run(Settings settings) {
    WatchedProcess process =
        WatchedProcess.run(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:+UseSerialGC",
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                LargeStep.class.getName(),
                "--threads",
                Integer.toString(settings.threads()),
                "--rounds",
                Integer.toString(settings.rounds()),
                "--clock",
                settings.clock().name().toLowerCase(Locale.ROOT)));
    double seconds = Double.parseDouble(process.output().get(process.output().size() - 1));
    return List.of(
        Result.of("12 × 768, peak resident memory", process.peakBytes() / 1e9, "GB")
            .bar(Bar.atMost(3.5)),
        Result.of("12 × 768, step", seconds * 1e3, "ms"));
  }

  /** Trains, and prints the time of the best step in seconds. */
  public static void main(String[] arguments) {
    Settings settings = Settings.parse(arguments);
    ModelSpec<?> model = DATA.model(12, 768);
    try (Backend backend = LigoTraining.open("pytorch", settings);
        LigoTraining step = new LigoTraining(backend, model, Workload.values(model), DATA)) {
      System.out.println(Rounds.of(settings, List.of(step)).best(0));
    }
  }
}
