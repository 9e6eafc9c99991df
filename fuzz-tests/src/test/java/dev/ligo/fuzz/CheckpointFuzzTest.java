package dev.ligo.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.checkpoint.SafetensorsFile;
import dev.ligo.text.TokenizerFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;

/** The files of a stranger's checkpoint. */
class CheckpointFuzzTest {
  private static final Path GOLDEN = Path.of("../integration-tests/src/test/resources/golden");
  private static final String INDEX = "model.safetensors.index.json";
  private static final String CONFIG = "config.json";
  private static final String TOKENIZER = "tokenizer.json";

  private static final Ligo LIGO = Ligo.create();
  private static final Reading WHOLE = Reading.inScratch();
  private static final Reading SHARDS = Reading.inScratch();

  @BeforeAll
  static void putWhatIsNotMutated() {
    WHOLE.put("model.safetensors", Seeds.safetensors(FileDType.F32));
    SHARDS.put(CONFIG, "{}".getBytes(StandardCharsets.UTF_8));
    for (String name : List.of("a", "b")) {
      Map<String, HostArray> values = Map.of(name, HostArray.of(Shape.of(1), 1));
      SHARDS.put(name + ".safetensors", Seeds.safetensors(FileDType.F32, values, Map.of()));
    }
  }

  static Stream<byte[]> safetensors() {
    return Arrays.stream(FileDType.values()).map(Seeds::safetensors);
  }

  @MethodSource
  @FuzzTest
  void safetensors(byte[] content) {
    WHOLE.of(
        "any.safetensors",
        content,
        file -> {
          try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            tensors.entries().keySet().forEach(tensors::read);
          }
        });
  }

  static Stream<byte[]> index() {
    String json =
        """
        {"metadata": {"total_size": 8},
         "weight_map": {"a": "a.safetensors", "b": "b.safetensors"}}
        """;
    return Stream.of(json.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource
  @FuzzTest
  void index(byte[] content) {
    SHARDS.of(INDEX, content, file -> HuggingFaceDirectory.open(file.getParent()).close());
  }

  static Stream<byte[]> config() {
    return Seeds.named(CONFIG, GOLDEN);
  }

  /** Of every family, beside weights that are of none. */
  @MethodSource
  @FuzzTest
  void config(byte[] content) {
    WHOLE.of(CONFIG, content, file -> LIGO.open(file.getParent()).close());
  }

  static Stream<byte[]> tokenizer() {
    return Seeds.named(TOKENIZER, Path.of("../ligo-text/src/test/resources/golden"));
  }

  /** Up to what is handed to native code: what that would not survive is refused before. */
  @MethodSource
  @FuzzTest
  void tokenizer(byte[] content) {
    WHOLE.of(TOKENIZER, content, file -> TokenizerFile.read(file).vocabulary());
  }
}
