import dev.ligo.api.HostArray;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.FileSpec;
import dev.ligo.core.checkpoint.SafetensorsWriter;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the first batches that a training of a checkpoint on a text would have, as a safetensors
 * file with the tensors {@code BATCH/NAME}, such as {@code 0/input_ids}.
 */
final class WriteBatches {
  private WriteBatches() {}

  /** Takes a checkpoint, a text, a file to write, the number of batches, and their two sizes. */
  public static void main(String[] arguments) {
    if (arguments.length != 6) {
      System.err.println("usage: WriteBatches CHECKPOINT TEXT FILE BATCHES BATCH-SIZE LENGTH");
      System.exit(2);
    }
    Path directory = Path.of(arguments[0]);
    int batchSize = Integer.parseInt(arguments[4]);
    int length = Integer.parseInt(arguments[5]);
    DataRequest text =
        DataRequest.training(List.of(Path.of(arguments[1])), directory, batchSize, length);
    Map<String, HostArray> arrays = new TreeMap<>();
    try (Checkpoint checkpoint = Ligo.create().open(directory)) {
      BatchSource batches = checkpoint.model().forPretraining().batches(text);
      for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
        String prefix = i + "/";
        batches.batch(i).forEach((name, values) -> arrays.put(prefix + name, values));
      }
    }
    Map<String, FileSpec> specs = new TreeMap<>();
    arrays.forEach((n, a) -> specs.put(n, new FileSpec(FileDType.of(a.dtype()), a.shape())));
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(Path.of(arguments[2]), specs, Map.of())) {
      arrays.forEach(writer::write);
    }
  }
}
