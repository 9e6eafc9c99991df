package dev.ligo.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.LigoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputDirectoryTest {
  @TempDir Path parent;

  @Test
  void appearsWhenItIsWhole() throws IOException {
    Path out = parent.resolve("above/out");
    try (OutputDirectory directory = OutputDirectory.create(out)) {
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
    try (OutputDirectory directory = OutputDirectory.create(parent.resolve("out"))) {
      Files.createDirectory(directory.path().resolve("inner"));
      Files.writeString(directory.path().resolve("inner/file"), "text");
    }
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void takesThePlaceOfAnEmptyDirectory() throws IOException {
    Path out = Files.createDirectory(parent.resolve("out"));
    try (OutputDirectory directory = OutputDirectory.create(out)) {
      Files.writeString(directory.path().resolve("file"), "text");
      directory.commit();
    }
    assertThat(out.resolve("file")).hasContent("text");
  }

  @Test
  void refusesADirectoryThatHoldsSomething() throws IOException {
    Files.writeString(parent.resolve("file"), "text");
    assertThatThrownBy(() -> OutputDirectory.create(parent))
        .isInstanceOf(LigoException.class)
        .hasMessageContaining("exists already");
  }

  @Test
  void refusesAFile() throws IOException {
    Path file = Files.writeString(parent.resolve("file"), "text");
    assertThatThrownBy(() -> OutputDirectory.create(file)).isInstanceOf(LigoException.class);
    assertThat(file).hasContent("text");
    assertThatThrownBy(() -> OutputDirectory.create(file.resolve("out")))
        .isInstanceOf(LigoException.class)
        .hasMessageContaining(file.resolve("out") + " cannot be created: ")
        .hasMessageNotContaining("Exception");
  }
}
