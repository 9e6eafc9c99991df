package dev.ligo.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static void work(Progress progress) {
    progress.show("tokenizing", 2, 2, "");
    progress.show("tokenizing", 2, 2, "");
    progress.show("training", 1, 3, "loss 3.1");
    progress.line("evaluated");
    progress.show("training", 3, 3, "loss 2.9");
    progress.close();
  }

  @Test
  void withoutATerminalEachWorkIsALineAtItsEnd() {
    List<String> lines = new ArrayList<>();
    work(new Progress(new ProgressLines(lines::add), new Interruption()));
    assertThat(lines)
        .containsExactly("tokenizing 2/2, 0.0 s", "evaluated", "training 3/3, 0.0 s, loss 2.9");
  }

  /** So the seconds of a command count what it does before its first step, too. */
  @Test
  void secondsCountFromTheBeginning() throws InterruptedException {
    Progress progress = new Progress(new ProgressLines(line -> {}), new Interruption());
    Thread.sleep(60);
    progress.show("tokenizing", 1, 1, "");
    Thread.sleep(60);
    assertThat(progress.seconds()).isBetween(0.12, 60.0);
  }

  @Test
  void onATerminalEachWorkIsABar() {
    ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(terminal, true, StandardCharsets.UTF_8);
    work(new Progress(new ProgressBars(stream, 0), new Interruption()));
    List<String> lines = terminal.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).anyMatch(l -> l.startsWith("tokenizing 100%"));
    assertThat(lines).contains("\u001b[Kevaluated");
    assertThat(lines).anyMatch(l -> l.startsWith("training 100%") && l.contains("3/3"));
  }

  /** What a bar of one step is followed by begins a line of its own. */
  @Test
  void theLineOfABarEndsThoughItIsDoneAtOnce() {
    ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(terminal, true, StandardCharsets.UTF_8);
    new Progress(new ProgressBars(stream, 60), new Interruption()).show("filling", 1, 1, "");
    stream.print("the result");
    assertThat(terminal.toString(StandardCharsets.UTF_8).lines()).last().isEqualTo("the result");
  }

  /** A shorter line stands over a longer one before it, and hides it. */
  @Test
  void allLinesOfABarAreAsWide() throws InterruptedException {
    ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(terminal, true, StandardCharsets.UTF_8);
    Progress progress = new Progress(new ProgressBars(stream, 40), new Interruption());
    progress.show("training", 1, 3, "loss 3.12345, 1,012 tokens/s");
    Thread.sleep(300); // longer than between two pictures of a bar
    progress.show("training", 3, 3, "");
    assertThat(terminal.toString(StandardCharsets.UTF_8).strip().split("\r"))
        .hasSizeGreaterThan(1)
        .allMatch(line -> line.length() == 39);
  }
}
