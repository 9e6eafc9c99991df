package dev.ligo.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.google.gson.JsonParser;
import dev.ligo.api.HostArray;
import dev.ligo.api.IllegalUseException;
import dev.ligo.api.Shape;
import dev.ligo.api.UnknownNameException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HuggingFaceWriterTest {
  @TempDir Path temporary;
  private Path root;
  private Path destination;

  @BeforeEach
  void place() throws IOException {
    root = Files.createDirectory(temporary.resolve("root"));
    destination = root.resolve("grown");
  }

  @Test
  void writesAWholeDirectory() throws IOException {
    Path vocabulary = Files.writeString(temporary.resolve("vocab.txt"), "[PAD]\n");
    try (HuggingFaceWriter out = create()) {
      TinyCheckpoint.fill(out);
      out.json("growth.json", JsonParser.parseString("{\"empty\":{},\"l\":[]}").getAsJsonObject());
      out.text("README.md", "# Größer\n");
      out.copy("vocab.txt", vocabulary);
      out.commit();
    }
    assertThat(root.toFile().list()).containsExactly("grown");
    assertThat(destination.toFile().list())
        .containsExactlyInAnyOrder(
            "config.json", "model.safetensors", "growth.json", "README.md", "vocab.txt");
    assertThat(destination.resolve("config.json"))
        .hasContent(
            "{\n  \"model_type\": \"tiny\",\n  \"layer_norm_eps\": 1e-12,\n  \"x\": null\n}\n");
    assertThat(destination.resolve("growth.json"))
        .hasContent("{\n  \"empty\": {},\n  \"l\": []\n}\n");
    assertThat(destination.resolve("README.md")).hasContent("# Größer\n");
    assertThat(destination.resolve("vocab.txt")).hasContent("[PAD]\n");
    try (SafetensorsFile weights = SafetensorsFile.open(destination.resolve("model.safetensors"))) {
      assertThat(weights.metadata()).containsExactly(entry("format", "pt"), entry("seed", "1"));
    }
  }

  @Test
  void splitsLargeWeightsAsThePythonToolsDo() throws IOException {
    TinyCheckpoint.write(destination, 20);
    assertThat(destination.resolve("model.safetensors.index.json"))
        .hasContent(
            """
            {
              "metadata": {
                "total_size": 36
              },
              "weight_map": {
                "ids": "model-00002-of-00002.safetensors",
                "layer.bias": "model-00001-of-00002.safetensors",
                "layer.weight": "model-00001-of-00002.safetensors"
              }
            }
            """);
    for (int i = 1; i <= 2; i++) {
      Path shard = destination.resolve("model-0000" + i + "-of-00002.safetensors");
      try (SafetensorsFile weights = SafetensorsFile.open(shard)) {
        assertThat(weights.metadata()).containsEntry("format", "pt");
      }
    }
  }

  @Test
  void aTensorLargerThanAShardHasAFileAlone() {
    ShardPlan plan = ShardPlan.of(TinyCheckpoint.specs(), 1);
    assertThat(plan.files().values()).allSatisfy(shard -> assertThat(shard).hasSize(1)).hasSize(3);
    assertThat(plan.bytes()).isEqualTo(36);
  }

  @Test
  void theSameInputGivesTheSameBytes() throws IOException {
    Path first = TinyCheckpoint.write(root.resolve("first"), Long.MAX_VALUE);
    Path second = TinyCheckpoint.write(root.resolve("second"), Long.MAX_VALUE);
    assertThat(first.resolve("model.safetensors"))
        .hasSameBinaryContentAs(second.resolve("model.safetensors"));
    assertThat(first.resolve("config.json")).hasSameBinaryContentAs(second.resolve("config.json"));
  }

  @Test
  void directoriesAboveTheDestinationAreCreated() {
    destination = root.resolve("a/b/grown");
    TinyCheckpoint.write(destination, Long.MAX_VALUE);
    assertThat(destination).isDirectory();
  }

  @Test
  void anEmptyDirectoryIsReplaced() throws IOException {
    Files.createDirectory(destination);
    TinyCheckpoint.write(destination, Long.MAX_VALUE);
    assertThat(destination).isDirectoryContaining("glob:**/config.json");
  }

  @Test
  void nothingIsThereBeforeTheCommit() {
    try (HuggingFaceWriter out = create()) {
      TinyCheckpoint.fill(out);
      assertThat(destination).doesNotExist();
      assertThat(root).isDirectoryContaining("glob:**/.grown.partial-*");
    }
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void anExceptionInTheMiddleLeavesNothing() {
    assertThatThrownBy(
            () -> {
              try (HuggingFaceWriter out = create()) {
                out.text("README.md", "grown");
                out.write("ids", HostArray.of(Shape.of(1, 2), 7L, 8L));
                throw new IllegalStateException("in the middle");
              }
            })
        .isInstanceOf(IllegalStateException.class)
        .hasNoSuppressedExceptions();
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void anExistingDestinationIsRefusedBeforeAnyWork() throws IOException {
    Files.createDirectory(destination);
    Files.writeString(destination.resolve("precious"), "");
    assertExists();
    assertThat(root.toFile().list()).containsExactly("grown");
  }

  @Test
  void aFileAtTheDestinationIsRefused() throws IOException {
    Files.writeString(destination, "precious");
    assertExists();
  }

  @Test
  void aLinkAtTheDestinationIsRefused() throws IOException {
    Path target = Files.createDirectory(root.resolve("target"));
    Files.createSymbolicLink(destination, target);
    assertExists();
    Files.delete(target);
    assertThatThrownBy(() -> create().close())
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "%s: is a link to %s, which is not there; remove it or choose another name.",
            destination, target);
  }

  private void assertExists() {
    assertThatThrownBy(() -> create().close())
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "%s: exists already and is not overwritten; remove it or choose another name.",
            destination);
  }

  @Test
  void aDestinationThatAppearsMeanwhileIsKept() throws IOException {
    try (HuggingFaceWriter out = create()) {
      TinyCheckpoint.fill(out);
      Files.createDirectory(destination);
      Files.writeString(destination.resolve("precious"), "");
      assertThatThrownBy(out::commit)
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("exists already and is not overwritten");
    }
    assertThat(destination).isDirectoryContaining(destination.resolve("precious")::equals);
    assertThat(root.toFile().list()).containsExactly("grown");
  }

  @Test
  void theRootIsNoDestination() {
    Path top = root.getRoot();
    assertThatThrownBy(() -> HuggingFaceWriter.create(top, Map.of(), Map.of()).close())
        .isInstanceOf(CheckpointException.class);
  }

  @Test
  void aMissingTensorGivesTheCheckpointUp() {
    try (HuggingFaceWriter out = create()) {
      out.config(TinyCheckpoint.config());
      assertThatThrownBy(out::commit)
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              "%s: is given up, tensors were not written: 'ids', 'layer.bias', 'layer.weight'.",
              destination.resolve("model.safetensors"));
      assertThat(root).isEmptyDirectory();
    }
  }

  @Test
  void aMissingConfigGivesTheCheckpointUp() {
    try (HuggingFaceWriter out = create()) {
      TinyCheckpoint.values().forEach(out::write);
      assertThatThrownBy(out::commit)
          .isInstanceOf(CheckpointException.class)
          .hasMessage("%s: is given up, config.json was not written.", destination);
      assertThat(root).isEmptyDirectory();
    }
  }

  @Test
  void tooLittleRoomIsFoundBeforeAnyWork() {
    FullDisk disk = new FullDisk(OptionalLong.of(35), 0);
    assertThatThrownBy(() -> TinyCheckpoint.create(destination, 20, disk).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "%s: needs 36 bytes, but its disk has 35 left; free some space or write elsewhere.",
            destination);
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void aDiskThatFillsUpLeavesNothing() throws IOException {
    Path whole = TinyCheckpoint.write(temporary.resolve("whole"), 20);
    long bytes =
        Files.size(whole.resolve("model-00001-of-00002.safetensors"))
            + Files.size(whole.resolve("model-00002-of-00002.safetensors"));
    for (long left = 0; left < bytes; left++) {
      FullDisk disk = new FullDisk(OptionalLong.of(Long.MAX_VALUE), left);
      assertThatThrownBy(
              () -> {
                try (HuggingFaceWriter out = TinyCheckpoint.create(destination, 20, disk)) {
                  TinyCheckpoint.fill(out);
                  out.commit();
                }
              })
          .isInstanceOf(CheckpointException.class)
          .hasMessageStartingWith(destination.resolve("model-0000").toString())
          .hasMessageContaining("cannot be written: No space left on device; the file takes ")
          .hasMessageEndingWith(" bytes, its disk has " + Long.MAX_VALUE + " left.");
      assertThat(root).isEmptyDirectory();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/b", "a\\b", ".hidden", "", "/etc/x", "a:b", "a\u0000"})
  void aNameIsNeverAPath(String name) {
    try (HuggingFaceWriter out = create()) {
      assertThatThrownBy(() -> out.text(name, ""))
          .isInstanceOf(IllegalUseException.class)
          .hasMessageEndingWith("is not the plain name of a file.");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.safetensors", "config.json"})
  void nothingIsWrittenTwice(String name) {
    try (HuggingFaceWriter out = create()) {
      out.config(TinyCheckpoint.config());
      assertThatThrownBy(() -> out.text(name, ""))
          .isInstanceOf(IllegalUseException.class)
          .hasMessage("'%s' of %s is written already.", name, destination);
    }
  }

  @Test
  void anUnknownTensorIsAnsweredWithTheKnown() {
    try (HuggingFaceWriter out = create()) {
      assertThatThrownBy(() -> out.write("id", HostArray.of(Shape.of(1), 1L)))
          .isInstanceOf(UnknownNameException.class)
          .hasMessageContaining("did you mean 'ids'?");
    }
  }

  @Test
  void aClosedWriterIsNotUsed() {
    HuggingFaceWriter out = create();
    TinyCheckpoint.fill(out);
    out.commit();
    out.close();
    assertThatThrownBy(out::commit)
        .isInstanceOf(IllegalUseException.class)
        .hasMessage("%s is closed for writing.", destination);
    assertThatThrownBy(() -> out.text("README.md", "")).isInstanceOf(IllegalUseException.class);
    assertThat(destination).isDirectory();
  }

  @Test
  void aFileThatCannotBeCopiedIsAnError() {
    Path missing = temporary.resolve("tokenizer.json");
    try (HuggingFaceWriter out = create()) {
      assertThatThrownBy(() -> out.copy("missing", missing))
          .isInstanceOf(CheckpointException.class)
          .hasMessage("%s: cannot be copied to %s: there is no such file.", missing, destination);
    }
  }

  private HuggingFaceWriter create() {
    return HuggingFaceWriter.create(destination, TinyCheckpoint.specs(), Map.of("seed", "1"));
  }
}
