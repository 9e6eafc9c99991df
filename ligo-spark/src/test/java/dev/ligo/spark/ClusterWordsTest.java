package dev.ligo.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Interruption;
import dev.ligo.cli.training.Machines;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ClusterWordsTest {
  private static List<String> words(String... args) {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    Console console = Console.of(nowhere, nowhere, new Interruption());
    CommandLine line = ClusterCommand.line(console, Machines.THIS, new ClusterChoice());
    line.parseArgs(args);
    return ClusterWords.of(line);
  }

  private static String absolute(String name) {
    return Path.of(name).toAbsolutePath().toString();
  }

  @Test
  void pathsAreAbsoluteAndAllElseIsAsItWasGiven() {
    List<String> words =
        words(
            "compare",
            "--from",
            "src",
            "--methods",
            "scratch,wide=fpi",
            "--source",
            "wide=target",
            "--data",
            "a.txt",
            "./b.txt",
            "--eval-data",
            "/tmp/c.txt",
            "--steps",
            "9",
            "--seeds",
            "1,2",
            "--to-the-end",
            "--out",
            "out");
    assertThat(words).startsWith("compare");
    assertThat(words)
        .containsSequence("--from", absolute("src"))
        .containsSequence("--methods", "scratch,wide=fpi")
        .containsSequence("--source", "wide=" + absolute("target"))
        .containsSequence("--data", absolute("a.txt"), "--data", absolute("b.txt"))
        .containsSequence("--eval-data", "/tmp/c.txt")
        .containsSequence("--steps", "9")
        .containsSequence("--seeds", "1,2")
        .containsSequence("--out", absolute("out"))
        .contains("--to-the-end");
    assertThat(words(words.toArray(String[]::new))).isEqualTo(words);
  }

  @Test
  void whatWasNotGivenIsNotThere() {
    assertThat(words("pretrain", "--from", "src", "--data", "a", "--steps", "4", "--out", "o"))
        .doesNotContain("--tensorboard", "--config", "--eval-data")
        .containsSequence("--steps", "4");
  }
}
