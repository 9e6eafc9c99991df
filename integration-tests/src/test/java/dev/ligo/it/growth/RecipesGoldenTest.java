package dev.ligo.it.growth;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.recipe.MergeRecipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Recipes give the bytes that mergekit 0.1.5 gives of the same source, by {@code
 * make_golden_recipes.py}: of every tensor the dtype, the shape and the hash.
 */
class RecipesGoldenTest {
  private static final Path ROOT = Path.of("src/test/resources/recipes");
  private static final Ligo LIGO = Ligo.create();

  @TempDir Path directory;

  static List<String> recipes() throws IOException {
    try (Stream<Path> files = Files.list(ROOT)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(f -> f.endsWith(".yaml"))
          .map(f -> f.replace(".yaml", ""))
          .sorted()
          .toList();
    }
  }

  private static JsonObject golden() throws IOException {
    return JsonParser.parseString(Files.readString(ROOT.resolve("hashes.json"))).getAsJsonObject();
  }

  @Test
  void everyRecipeHasItsHashes() throws IOException {
    assertThat(golden().keySet()).hasSizeGreaterThanOrEqualTo(12);
    assertThat(new TreeSet<>(recipes())).isEqualTo(new TreeSet<>(golden().keySet()));
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void everyTensorHasTheBytesThatMergekitWrites(String name) throws IOException {
    Path file = ROOT.resolve(name + ".yaml");
    MergeRecipe recipe = MergeRecipe.read(file);
    Path out = directory.resolve(name);
    try (Checkpoint source = LIGO.open(recipe.source(file))) {
      LIGO.grow(source, recipe).save(out);
    }
    JsonObject expected = golden().getAsJsonObject(name);
    JsonObject found = hashes(out.resolve("model.safetensors"));
    assertThat(names(found)).isEqualTo(names(expected));
    for (String tensor : expected.keySet()) {
      assertThat(found.get(tensor)).as(tensor).isEqualTo(expected.get(tensor));
    }
  }

  private static Set<String> names(JsonObject tensors) {
    return new TreeSet<>(tensors.keySet());
  }

  /** Hashes each tensor's bytes as they stand in a file. */
  private static JsonObject hashes(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int size = Math.toIntExact(bytes.getLong());
    String header = StandardCharsets.UTF_8.decode(bytes.slice(8, size)).toString();
    JsonObject hashes = new JsonObject();
    for (var e : JsonParser.parseString(header).getAsJsonObject().entrySet()) {
      if (!e.getKey().equals("__metadata__")) {
        hashes.add(e.getKey(), hash(e.getValue().getAsJsonObject(), bytes, 8 + size));
      }
    }
    return hashes;
  }

  private static JsonElement hash(JsonObject entry, ByteBuffer file, int data) {
    JsonArray offsets = entry.getAsJsonArray("data_offsets");
    int begin = offsets.get(0).getAsInt();
    JsonObject hash = new JsonObject();
    hash.add("dtype", entry.get("dtype"));
    hash.add("shape", entry.get("shape"));
    hash.addProperty("sha256", sha256(file.slice(data + begin, offsets.get(1).getAsInt() - begin)));
    return hash;
  }

  private static String sha256(ByteBuffer bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
