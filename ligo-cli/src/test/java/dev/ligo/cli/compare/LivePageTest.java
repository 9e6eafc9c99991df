package dev.ligo.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.cli.CommandRun;
import dev.ligo.cli.TinyBert;
import dev.ligo.cli.console.Interruption;
import dev.ligo.cli.console.Progress;
import dev.ligo.core.comparison.ComparisonResults;
import dev.ligo.core.comparison.ComparisonRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of a comparison that goes on. */
class LivePageTest {
  private static final String RUNNING = "\"running\":{\"name\":\"fpi\"";

  @TempDir Path directory;

  private final List<String> notes = new ArrayList<>();
  private final List<Path> opened = new ArrayList<>();
  private Path out;
  private ComparisonRun run;

  @BeforeEach
  void compare() {
    out = directory.resolve("out");
    CommandRun made =
        CommandRun.of(
            "compare",
            "--from",
            TinyBert.checkpoint(directory.resolve("small")),
            "--out",
            out,
            "--data",
            TinyBert.text(directory.resolve("text.txt")),
            "--eval-data",
            TinyBert.text(directory.resolve("held.txt")),
            "--layers=4",
            "--hidden=16",
            "--steps=4",
            "--eval-every=2",
            "--eval-batches=1",
            "--batch-size=2",
            "--sequence-length=16",
            "--threads=1",
            "--seeds=1",
            "--methods=scratch,fpi");
    assertThat(made.code()).as(made.err()).isZero();
    assertThat(out.resolve("report.html")).content().doesNotContain("\"running\":{");
    run = ComparisonResults.read(out).runs().get(1);
  }

  private LivePage page(Path file) {
    return new LivePage(
        out, file, out, "Go on.", new Progress(new Lines(notes), new Interruption()), opened::add);
  }

  /** Keeps the lines that stay. */
  private record Lines(List<String> all) implements Progress.Display {
    @Override
    public void begin(String work, long before, long total) {}

    @Override
    public void show(long done, String detail) {}

    @Override
    public void end() {}

    @Override
    public void line(String text) {
      all.add(text);
    }
  }

  @Test
  void isWrittenAtEachEvaluationAndOpenedOnce() throws IOException {
    Path file = directory.resolve("page.html");
    try (LivePage page = page(file)) {
      page.evaluated(run);
      assertThat(file).content().contains(RUNNING);
      assertThat(opened).containsExactly(file);
      page.evaluated(run);
      page.end(new CompareReport(ComparisonResults.read(out), out));
    }
    assertThat(opened).hasSize(1);
    assertThat(file).hasSameTextualContentAs(out.resolve("report.html"));
    Files.delete(file);
    page(file).close(); // nothing was evaluated, nothing is written
    assertThat(file).doesNotExist();
  }

  @Test
  void keepsTheCurveOfARunThatWasInterrupted() {
    Path file = directory.resolve("page.html");
    try (LivePage page = page(file)) {
      page.evaluated(run);
      assertThat(file).content().contains(RUNNING).doesNotContain("\"interrupted\":");
    }
    assertThat(file).content().contains(RUNNING, "\"interrupted\":\"Go on.\"");
  }

  @Test
  void saysNothingOfARunThatIsDoneWhereTheComparisonWasInterrupted() {
    Path file = directory.resolve("page.html");
    try (LivePage page = page(file)) {
      page.evaluated(run);
      page.done();
    }
    assertThat(file).hasSameTextualContentAs(out.resolve("report.html"));
  }

  @Test
  void showsTheFirstRunBeforeAnyIsDone() throws IOException {
    TinyBert.names(out.resolve("runs"))
        .forEach(n -> out.resolve("runs").resolve(n).toFile().delete());
    Path file = directory.resolve("page.html");
    page(file).evaluated(run);
    assertThat(file)
        .content()
        .contains(
            RUNNING, "No run is finished yet.", "<dt>backend</dt><dd>" + run.machine() + "</dd>")
        .doesNotContain("NaN");
  }

  @Test
  void aComparisonGoesOnWhereThePageCannotBeWritten() {
    LivePage page = page(directory.resolve("none").resolve("page.html"));
    page.evaluated(run);
    page.evaluated(run);
    assertThat(notes).singleElement().asString().contains("the report does not follow the runs");
    assertThat(opened).isEmpty();
  }
}
