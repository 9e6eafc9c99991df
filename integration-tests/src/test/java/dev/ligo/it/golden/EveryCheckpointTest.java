package dev.ligo.it.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.ligo.api.HostArray;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.FileSpec;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Properties of the checkpoints of all families, whatever their dialects, heads and ties. */
class EveryCheckpointTest {
  private static final int SHARDS = 3;
  private static final Ligo LIGO = Ligo.create();

  @TempDir Path directory;

  static List<String> checkpoints() {
    return GoldenCheckpoints.names();
  }

  private static Checkpoint open(String checkpoint) {
    return LIGO.open(GoldenCheckpoints.directory(checkpoint));
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void growingToTheSameSizesChangesNoBit(String name) {
    for (String method : new String[] {"copy", "stack", "interpolation", "fpi"}) {
      Path grown = directory.resolve(method);
      try (Checkpoint before = open(name)) {
        LIGO.grow(before, method).save(grown);
        try (Checkpoint after = LIGO.open(grown)) {
          assertSame(after, before);
          assertThat(after.dialect().name()).isEqualTo(before.dialect().name());
          Map<String, FileSpec> tensors = new TreeMap<>(before.directory().tensors());
          tensors.keySet().removeIf(before.model().layout()::isIgnored);
          assertThat(after.directory().tensors()).isEqualTo(tensors);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void shardsAreReadAsOneFile(String name) throws IOException {
    Path sharded = Files.createDirectory(directory.resolve("sharded"));
    try (Checkpoint whole = open(name)) {
      Files.copy(
          GoldenCheckpoints.directory(name).resolve("config.json"), sharded.resolve("config.json"));
      shard(whole.directory(), sharded);
      try (Checkpoint found = LIGO.open(sharded)) {
        assertThat(found.directory().sha256()).hasSize(SHARDS);
        assertSame(found, whole);
      }
    }
  }

  /** Deals the tensors of a directory out to several files. */
  private static void shard(HuggingFaceDirectory from, Path to) throws IOException {
    List<String> names = List.copyOf(from.tensors().keySet());
    JsonObject map = new JsonObject();
    for (int shard = 0; shard < SHARDS; shard++) {
      String file = "model-%05d-of-%05d.safetensors".formatted(shard + 1, SHARDS);
      Map<String, FileSpec> tensors = new TreeMap<>();
      for (int i = shard; i < names.size(); i += SHARDS) {
        tensors.put(names.get(i), from.tensors().get(names.get(i)));
        map.addProperty(names.get(i), file);
      }
      try (SafetensorsWriter writer =
          SafetensorsWriter.create(to.resolve(file), tensors, Map.of("format", "pt"))) {
        tensors.keySet().forEach(n -> writer.write(n, from.read(n)));
      }
    }
    JsonObject index = new JsonObject();
    index.add("weight_map", map);
    Files.writeString(to.resolve("model.safetensors.index.json"), index.toString());
  }

  private static void assertSame(Checkpoint found, Checkpoint expected) {
    Map<String, HostArray> values = expected.values();
    assertThat(found.values().keySet()).isEqualTo(values.keySet());
    values.forEach((n, a) -> assertThat(found.read(n).bytes()).as(n).isEqualTo(a.bytes()));
  }
}
