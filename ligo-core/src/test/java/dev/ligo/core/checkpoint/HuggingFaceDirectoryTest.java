package dev.ligo.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.google.gson.JsonObject;
import dev.ligo.api.IllegalUseException;
import dev.ligo.api.UnknownNameException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HuggingFaceDirectoryTest {
  private static final String FIRST = "model-00001-of-00003.safetensors";

  @TempDir Path root;
  private Path directory;

  @BeforeEach
  void write() {
    directory = TinyCheckpoint.write(root.resolve("tiny"), Long.MAX_VALUE);
  }

  @Test
  void readsConfigAndTensors() {
    assertIsTiny(directory);
  }

  @Test
  void readsTheShardsThatAnIndexLists() {
    Path sharded = TinyCheckpoint.write(root.resolve("sharded"), 16);
    assertThat(sharded).isDirectoryContaining("glob:**/" + FIRST);
    assertThat(sharded).isDirectoryNotContaining("glob:**/model.safetensors");
    assertIsTiny(sharded);
  }

  @Test
  void readsTheOnlyFileOfWeightsUnderAnotherName() throws IOException {
    Files.move(weights(), directory.resolve("model.fp16.safetensors"));
    assertIsTiny(directory);
  }

  @Test
  void prefersTheUsualFileAmongSeveral() throws IOException {
    Files.writeString(directory.resolve("other.safetensors"), "not even weights");
    assertIsTiny(directory);
  }

  private static void assertIsTiny(Path directory) {
    try (HuggingFaceDirectory found = HuggingFaceDirectory.open(directory)) {
      assertThat(found.path()).isEqualTo(directory);
      assertThat(found.config()).isEqualTo(TinyCheckpoint.config());
      assertThat(found.tensors()).isEqualTo(TinyCheckpoint.specs());
      assertThat(found.tensors().firstKey()).isEqualTo("ids");
      TinyCheckpoint.values()
          .forEach(
              (name, values) ->
                  assertThat(found.read(name).bytes()).as(name).isEqualTo(values.bytes()));
    }
  }

  @Test
  void theConfigIsACopyWithItsOwnLiterals() {
    try (HuggingFaceDirectory found = HuggingFaceDirectory.open(directory)) {
      JsonObject config = found.config();
      assertThat(config.get("layer_norm_eps").getAsString()).isEqualTo("1e-12");
      assertThat(config.keySet()).containsExactly("model_type", "layer_norm_eps", "x");
      config.addProperty("model_type", "changed");
      assertThat(found.config().get("model_type").getAsString()).isEqualTo("tiny");
    }
  }

  @Test
  void theFilesOfTheTokenizerAreListedAndNoOthers() throws IOException {
    for (String name :
        List.of(
            "tokenizer.json", "vocab.txt", "LICENSE", "README.md", "growth.json", "optimizer.pt")) {
      Files.writeString(directory.resolve(name), "{}");
    }
    Files.writeString(directory.resolve("merges.txt"), "");
    try (HuggingFaceDirectory found = HuggingFaceDirectory.open(directory)) {
      assertThat(found.otherFiles())
          .containsOnlyKeys("LICENSE", "merges.txt", "tokenizer.json", "vocab.txt")
          .containsEntry("vocab.txt", directory.resolve("vocab.txt"));
    }
  }

  /** Left out without a word, it would be missed where the grown model is used. */
  @Test
  void aFileOfTheTokenizerThatIsNoneIsRefused() throws IOException {
    Path tokenizer = directory.resolve("tokenizer.json");
    try (HuggingFaceDirectory found = HuggingFaceDirectory.open(directory)) {
      Files.createDirectory(tokenizer);
      assertThatThrownBy(found::otherFiles)
          .isInstanceOf(CheckpointException.class)
          .hasMessage(tokenizer + ": should be a file, found a directory; put the file there.");
      Files.delete(tokenizer);
      Files.createFile(tokenizer);
      assertThatThrownBy(found::otherFiles)
          .isInstanceOf(CheckpointException.class)
          .hasMessage(tokenizer + ": is empty; fetch it again, or remove it.");
    }
  }

  @Test
  void hashesEachFileOfWeights() throws IOException {
    // sha256sum of the file with nothing in it but an empty header.
    Path empty = Files.createDirectory(root.resolve("empty"));
    Files.writeString(empty.resolve("config.json"), "{}");
    RawSafetensors.write(empty.resolve("a.safetensors"), "{}      ");
    try (HuggingFaceDirectory found = HuggingFaceDirectory.open(empty)) {
      assertThat(found.sha256())
          .containsExactly(
              entry(
                  "a.safetensors",
                  "9bbcbf73561f6bc5d0a17ea6a2081feed2d1304e87602d8c502d9a5c4bd85576"));
    }
    Path sharded = TinyCheckpoint.write(root.resolve("sharded"), 16);
    try (HuggingFaceDirectory found = HuggingFaceDirectory.open(sharded)) {
      assertThat(found.sha256()).hasSize(3).containsKey(FIRST);
    }
  }

  @Test
  void aClosedDirectoryIsNotRead() {
    HuggingFaceDirectory found = HuggingFaceDirectory.open(directory);
    found.close();
    assertThatThrownBy(() -> found.read("ids"))
        .isInstanceOf(IllegalUseException.class)
        .hasMessage("tensor 'ids' cannot be read, %s is closed.", weights());
  }

  @Test
  void anUnknownTensorIsAnsweredWithTheKnown() {
    try (HuggingFaceDirectory found = HuggingFaceDirectory.open(directory)) {
      assertThatThrownBy(() -> found.read("layer.bios"))
          .isInstanceOf(UnknownNameException.class)
          .hasMessageContaining("did you mean 'layer.bias'?");
    }
  }

  @Test
  void aMissingDirectoryIsAnError() {
    assertRefused(
        root.resolve("none"),
        root.resolve("none"),
        "there is no such directory; expected one with config.json and model.safetensors.");
  }

  @Test
  void aFileIsNoDirectory() {
    assertRefused(
        weights(),
        weights(),
        "is not a directory; expected one with config.json and model.safetensors.");
  }

  @Test
  void aMissingConfigIsAnError() throws IOException {
    Files.delete(config());
    assertRefused(
        directory,
        directory,
        "has no config.json; is this a checkpoint in the Hugging Face layout?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[1]", "3", "null"})
  void aConfigIsOneObject(String text) throws IOException {
    Files.writeString(config(), text);
    assertRefused(directory, config(), "should hold one JSON object and nothing else.");
  }

  @Test
  void numbersThatPythonAloneWritesAreReadAndPrintedAgain() throws IOException {
    String text =
        "{\"a\": [NaN, Infinity, -Infinity, 1.50], \"NaN\": \"\\\"Infinity\", \"b\": {\"c\": NaN}}";
    Files.writeString(config(), text);
    try (HuggingFaceDirectory found = HuggingFaceDirectory.open(directory)) {
      assertThat(JsonFiles.print(found.config()).replaceAll("\\s", ""))
          .isEqualTo(text.replaceAll("\\s", ""));
    }
  }

  @Test
  void aConfigThatIsNotJsonIsRefusedWithItsPlace() throws IOException {
    Files.writeString(config(), "{\"a\": {\"b\": NaNs}}");
    assertRefused(directory, config(), "is not JSON, at $.a.b.");
    Files.writeString(config(), "{\"a\": 1");
    assertRefused(directory, config(), "is not JSON, at $.a.");
    Files.writeString(config(), "{} {}");
    assertRefused(directory, config(), "is not JSON, at $.");
    Files.writeString(config(), "[".repeat(100_000));
    assertRefused(directory, config(), "is not JSON, at $" + "[0]".repeat(39) + "[0….");
    Files.write(config(), new byte[] {'{', '"', (byte) 0xff});
    assertRefused(directory, config(), "cannot be read: it is not UTF-8 text.");
  }

  @Test
  void missingWeightsAreAnError() throws IOException {
    Files.delete(weights());
    assertRefused(
        directory,
        directory,
        "there are no weights; expected model.safetensors or model.safetensors.index.json with its"
            + " shards.");
  }

  @Test
  void pickledWeightsAreRefusedWithWhatToDo() throws IOException {
    Files.move(weights(), directory.resolve("pytorch_model.bin"));
    assertRefused(
        directory,
        directory,
        "the weights are in PyTorch's pickled format, which can run code and is not read; convert"
            + " them in Python with save_pretrained(directory, safe_serialization=True).");
  }

  @Test
  void severalFilesOfWeightsNeedAnIndex() throws IOException {
    Files.move(weights(), directory.resolve("a.safetensors"));
    Files.copy(directory.resolve("a.safetensors"), directory.resolve("b.safetensors"));
    assertRefused(
        directory,
        directory,
        "expected model.safetensors, model.safetensors.index.json or one safetensors file, found"
            + " several: 'a.safetensors', 'b.safetensors'; keep one.");
  }

  @Test
  void oneShardIsNotTheWholeModel() throws IOException {
    Files.move(weights(), directory.resolve(FIRST));
    assertRefused(
        directory,
        directory,
        "'"
            + FIRST
            + "' is one of several files; the others and model.safetensors.index.json are"
            + " missing.");
  }

  @Test
  void aMissingShardIsAnError() throws IOException {
    Path sharded = TinyCheckpoint.write(root.resolve("sharded"), 16);
    Files.delete(sharded.resolve(FIRST));
    assertRefused(
        sharded,
        sharded.resolve(FIRST),
        "this shard is missing, model.safetensors.index.json puts 'layer.weight' into it.");
  }

  @Test
  void whatTheIndexListsAndNoShardHoldsIsTold() throws IOException {
    index("{\"weight_map\": {\"ids\": \"a.safetensors\", \"more\": \"a.safetensors\"}}");
    try (HuggingFaceDirectory found = HuggingFaceDirectory.open(directory)) {
      assertThat(found.tensors()).containsOnlyKeys("ids");
      assertThat(found.absentTensors()).containsOnly(Map.entry("more", "a.safetensors"));
    }
  }

  @Test
  void onlyTensorsThatTheIndexListsAreThere() throws IOException {
    index("{\"weight_map\": {\"ids\": \"a.safetensors\"}}");
    try (HuggingFaceDirectory found = HuggingFaceDirectory.open(directory)) {
      assertThat(found.tensors()).containsOnlyKeys("ids");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../outside.safetensors",
        "/tmp/outside.safetensors",
        "sub/outside.safetensors",
        "sub\\\\outside.safetensors",
        "C:outside.safetensors",
        "..safetensors",
        ".",
        "",
        "a\\u0000.safetensors",
        "config.json"
      })
  void aNameInAnIndexIsNeverAPath(String name) throws IOException {
    Files.copy(weights(), root.resolve("outside.safetensors"));
    index("{\"weight_map\": {\"ids\": \"" + name + "\"}}");
    assertThatThrownBy(() -> HuggingFaceDirectory.open(directory).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(
            directory.resolve("model.safetensors.index.json") + ": weight_map puts 'ids' into \"")
        .hasMessageEndingWith(", which is not the plain name of a safetensors file.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"weight_map\": 1}", "{\"weight_map\": [\"a\"]}"})
  void anIndexHasAMapOfWeights(String text) throws IOException {
    index(text);
    assertRefused(
        directory,
        directory.resolve("model.safetensors.index.json"),
        "expected an object 'weight_map' from tensor names to file names.");
  }

  @Test
  void aShardIsNamedByAString() throws IOException {
    index("{\"weight_map\": {\"ids\": 3}}");
    assertRefused(
        directory,
        directory.resolve("model.safetensors.index.json"),
        "weight_map puts 'ids' into 3, which is not the plain name of a safetensors file.");
  }

  private void index(String text) throws IOException {
    Files.move(weights(), directory.resolve("a.safetensors"));
    Files.writeString(directory.resolve("model.safetensors.index.json"), text);
  }

  private Path weights() {
    return directory.resolve("model.safetensors");
  }

  private Path config() {
    return directory.resolve("config.json");
  }

  private static void assertRefused(Path directory, Path culprit, String message) {
    assertThatThrownBy(() -> HuggingFaceDirectory.open(directory).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessage("%s: %s", culprit, message);
  }
}
