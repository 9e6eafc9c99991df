package dev.ligo.it.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.io.Hashes;
import dev.ligo.core.model.Sizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A BERT that is tiled, held against the same by numpy, tensor by tensor, bit by bit. */
class TiledByNumpyTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  @TempDir Path directory;

  @Test
  void everyTensorHasTheBytesThatNumpyGaveIt() throws IOException {
    JsonObject expected =
        JsonParser.parseString(Files.readString(GOLDEN.resolve("grown/tile.json")))
            .getAsJsonObject();
    Ligo ligo = Ligo.create();
    Path grown = directory.resolve("grown");
    try (Checkpoint small = ligo.open(GOLDEN.resolve("bert/mlm-gelu"))) {
      ligo.grow(small, "tile").to(Sizes.SAME.withLayers(5).withHidden(36)).seed(1).save(grown);
    }
    JsonObject found = new JsonObject();
    try (HuggingFaceDirectory files = HuggingFaceDirectory.open(grown)) {
      for (String name : files.tensors().keySet()) {
        MessageDigest digest = Hashes.sha256();
        digest.update(files.read(name).bytes());
        found.addProperty(name, Hashes.hex(digest));
      }
    }
    assertThat(found).isEqualTo(expected);
  }
}
