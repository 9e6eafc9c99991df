import dev.ligo.api.Backend;
import dev.ligo.api.Backends;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.model.Sizes;
import java.nio.file.Path;
import java.util.List;

/**
 * Opens a checkpoint, grows it to twice its layers by {@code stack}, and measures both on a text.
 * {@code docs/tutorials/java.md} runs it.
 */
final class GrowAndEvaluate {
  private GrowAndEvaluate() {}

  /** Takes a checkpoint directory, a text, and the directory to write. */
  public static void main(String[] arguments) {
    if (arguments.length != 3) {
      System.err.println("usage: GrowAndEvaluate SOURCE TEXT DESTINATION");
      System.exit(2);
    }
    Path source = Path.of(arguments[0]);
    Path destination = Path.of(arguments[2]);
    DataRequest text =
        DataRequest.of(List.of(Path.of(arguments[1])), source)
            .batchSize(16)
            .sequenceLength(32)
            .shuffle(false)
            .build();
    Ligo ligo = Ligo.create();
    try (Backend backend = Backends.open(Backends.preferred());
        Checkpoint small = ligo.open(source)) {
      int layers = small.model().layout().stacks().values().iterator().next();
      ligo.grow(small, "stack").to(Sizes.SAME.withLayers(2 * layers)).save(destination);
      try (Checkpoint large = ligo.open(destination)) {
        double before = ligo.evaluate(small, backend, text, 20).get("loss");
        double after = ligo.evaluate(large, backend, text, 20).get("loss");
        System.out.printf("%d layers: loss %.3f%n", layers, before);
        System.out.printf("%d layers: loss %.3f%n", 2 * layers, after);
      }
    }
  }
}
