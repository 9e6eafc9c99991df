package dev.ligo.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoDataTest {
  @TempDir Path directory;

  @Test
  void isBuiltIntoTheCommand() {
    DemoData data = DemoData.unpack(directory);
    assertThat(data.train()).isNotEmptyFile();
    assertThat(data.validation()).isNotEmptyFile();
    try (Checkpoint small = Ligo.create().open(data.small())) {
      assertThat(small.model().json().get("num_hidden_layers").getAsInt()).isEqualTo(3);
      assertThat(small.model().json().get("hidden_size").getAsInt()).isEqualTo(64);
      assertThat(small.model().hasHead("masked-lm")).isTrue();
      assertThat(small.otherFiles()).containsKey("tokenizer.json");
    }
  }
}
