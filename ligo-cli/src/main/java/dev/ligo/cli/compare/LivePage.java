package dev.ligo.cli.compare;

import dev.ligo.api.LigoException;
import dev.ligo.cli.console.Progress;
import dev.ligo.core.comparison.ComparisonResults;
import dev.ligo.core.comparison.ComparisonRun;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The report of a comparison that goes on, written again at each evaluation. It loads itself again
 * in the browser, until it is closed. Where the comparison is interrupted, it keeps the curve of
 * the run as far as that is.
 */
public final class LivePage implements AutoCloseable {
  private final Path directory;
  private final Path file;
  private final Path out;
  private final String goOn;
  private final Progress progress;
  private final Consumer<Path> open;
  private Optional<ComparisonResults> done = Optional.empty();
  private Optional<ComparisonRun> running = Optional.empty();
  private boolean live;
  private boolean opened;
  private boolean usable = true;

  /**
   * Begins with the first evaluation.
   *
   * @param directory the directory of the comparison
   * @param file the page
   * @param out the directory that the page names
   * @param goOn how to go on where the comparison is interrupted, a sentence
   * @param progress is told once if the page cannot be written; the comparison goes on
   * @param open opens the page when it is there
   */
  public LivePage(
      Path directory, Path file, Path out, String goOn, Progress progress, Consumer<Path> open) {
    this.directory = directory;
    this.file = file;
    this.out = out;
    this.goOn = goOn;
    this.progress = progress;
    this.open = open;
  }

  /** Shows a run as far as it is. */
  void evaluated(ComparisonRun run) {
    if (usable) {
      tryTo(
          () -> {
            if (done.isEmpty()) {
              done = Optional.of(ComparisonResults.read(directory));
            }
            running = Optional.of(run);
            write(unfinished(done.get(), Optional.empty()));
            live = true;
          });
    }
  }

  /** Takes the run for done, and reads what is done when it is shown next. */
  void done() {
    done = Optional.empty();
    running = Optional.empty();
  }

  private CompareReport unfinished(ComparisonResults results, Optional<String> interrupted) {
    return new CompareReport(
        results, out, running.map(r -> r.counted(results.counting())), interrupted);
  }

  /**
   * Shows what a comparison came to.
   *
   * @param report the report of a comparison that is done
   */
  public void end(CompareReport report) {
    live = false;
    write(report);
  }

  /** Shows what is done, and how far the run is, if the comparison was interrupted. */
  @Override
  public void close() {
    if (live) {
      live = false;
      tryTo(() -> write(unfinished(ComparisonResults.read(directory), Optional.of(goOn))));
    }
  }

  private void write(CompareReport report) {
    report.write(file);
    if (!opened) {
      opened = true;
      open.accept(file);
    }
  }

  private void tryTo(Runnable show) {
    try {
      show.run();
    } catch (LigoException e) {
      usable = false;
      progress.line("note: the report does not follow the runs: " + e.getMessage());
    }
  }
}
