package dev.ligo.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartialDirectoryTest {
  /** As a killed process leaves it: its lock is free. */
  @Test
  void theNextOneRemovesWhatAKilledProcessHasLeft(@TempDir Path parent) throws IOException {
    Path out = parent.resolve("out");
    Path left = Files.createDirectory(parent.resolve(".out.partial-" + UUID.randomUUID()));
    Files.writeString(left.resolve(".lock"), "");
    Files.writeString(left.resolve("model.safetensors"), "half");
    Path others = Files.createDirectory(parent.resolve(".out2.partial-" + UUID.randomUUID()));
    Files.writeString(others.resolve(".lock"), "");
    try (PartialDirectory one = PartialDirectory.create(out);
        PartialDirectory two = PartialDirectory.create(out)) {
      assertThat(left).doesNotExist();
      assertThat(others).exists();
      assertThat(one.path()).exists(); // it is being written
      two.commit();
    }
    assertThat(out).isEmptyDirectory();
    assertThat(parent).isDirectoryNotContaining("glob:**.out.partial-*");
  }

  @TempDir Path parent;

  @Test
  void appearsWhenItIsWhole() throws IOException {
    Path out = parent.resolve("above/out");
    try (PartialDirectory directory = PartialDirectory.create(out)) {
      Files.createDirectory(directory.path().resolve("inner"));
      Files.writeString(directory.path().resolve("inner/file"), "text");
      assertThat(out).doesNotExist();
      directory.commit();
    }
    assertThat(out.resolve("inner/file")).hasContent("text");
    assertThat(out.getParent()).isDirectoryNotContaining("glob:**.partial-*");
  }

  @Test
  void leavesNothingIfItIsNotFinished() throws IOException {
    try (PartialDirectory directory = PartialDirectory.create(parent.resolve("out"))) {
      Files.createDirectory(directory.path().resolve("inner"));
      Files.writeString(directory.path().resolve("inner/file"), "text");
    }
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void takesThePlaceOfAnEmptyDirectory() throws IOException {
    Path out = Files.createDirectory(parent.resolve("out"));
    try (PartialDirectory directory = PartialDirectory.create(out)) {
      Files.writeString(directory.path().resolve("file"), "text");
      directory.commit();
    }
    assertThat(out.resolve("file")).hasContent("text");
  }

  @Test
  void refusesADirectoryThatHoldsSomething() throws IOException {
    Files.writeString(parent.resolve("file"), "text");
    assertThatThrownBy(() -> PartialDirectory.create(parent))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("exists already");
  }

  /** An empty name is that of the current directory, which would be replaced if it were empty. */
  @Test
  void refusesAnEmptyName() {
    assertThatThrownBy(() -> PartialDirectory.requireFree(Path.of("")))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("'': is not a place to write to; name a new one.");
  }

  @Test
  void refusesAFile() throws IOException {
    Path file = Files.writeString(parent.resolve("file"), "text");
    assertThatThrownBy(() -> PartialDirectory.create(file)).isInstanceOf(CheckpointException.class);
    assertThat(file).hasContent("text");
    assertThatThrownBy(() -> PartialDirectory.create(file.resolve("out")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(file + " is not a directory; name another place.")
        .hasMessageNotContaining("Exception");
  }
}
