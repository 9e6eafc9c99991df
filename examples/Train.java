import dev.ligo.api.Backend;
import dev.ligo.api.Backends;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.train.TrainingOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Trains a checkpoint further on a text, tells the loss on another one as it goes, and saves what
 * comes out. {@code docs/tutorials/java.md} runs it.
 */
final class Train {
  private Train() {}

  /** Takes a checkpoint directory, two texts, the directory to write, and the number of steps. */
  public static void main(String[] arguments) {
    if (arguments.length != 5) {
      System.err.println("usage: Train SOURCE TEXT HELD-OUT DESTINATION STEPS");
      System.exit(2);
    }
    Path source = Path.of(arguments[0]);
    DataRequest text = DataRequest.training(List.of(Path.of(arguments[1])), source, 16, 32);
    TrainingOptions options =
        TrainingOptions.builder(Long.parseLong(arguments[4]))
            .learningRate(3e-4)
            .evaluationBatches(20)
            .build();
    Ligo ligo = Ligo.create();
    try (Backend backend = Backends.open(Backends.preferred());
        Checkpoint checkpoint = ligo.open(source)) {
      ligo.pretrain(checkpoint, 1)
          .data(text)
          .evaluateOn(text.toEvaluate(List.of(Path.of(arguments[2]))))
          .backend(backend)
          .options(options)
          .listener(new Curve())
          .save(Path.of(arguments[3]));
    }
  }

  /** Prints each evaluation. */
  private static final class Curve implements ProgressListener {
    @Override
    public void progress(Work.Progress progress) {} // the speed and the time left are here

    @Override
    public void evaluated(long step, Map<String, Double> metrics) {
      System.out.printf("step %d: loss %.3f%n", step, metrics.get("loss"));
    }
  }
}
