package dev.ligo.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CommandTextTest {
  @AfterEach
  void asWithoutALauncher() {
    System.clearProperty(CommandText.STARTED_AS);
  }

  @Test
  void aCommandBeginsAsTheLauncherWasStarted() {
    List<String> words = List.of("inspect", "a model's");
    assertThat(CommandText.of(words)).isEqualTo("ligo inspect 'a model'\\''s'");
    System.setProperty(CommandText.STARTED_AS, "./ligo");
    assertThat(CommandText.of(words)).startsWith("./ligo inspect ");
    System.setProperty(CommandText.STARTED_AS, "/opt/my tools/ligo");
    assertThat(CommandText.of(words)).startsWith("'/opt/my tools/ligo' inspect ");
  }
}
