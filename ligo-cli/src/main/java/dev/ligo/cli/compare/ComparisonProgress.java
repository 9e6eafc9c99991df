package dev.ligo.cli.compare;

import dev.ligo.cli.console.Format;
import dev.ligo.cli.console.Progress;
import dev.ligo.core.comparison.Comparison;
import dev.ligo.core.comparison.ComparisonRun;
import dev.ligo.core.comparison.Curve;
import dev.ligo.core.data.Work;
import java.util.Optional;

/** Shows how far a comparison is: a bar for the run that is made, a line for each that is done. */
public final class ComparisonProgress implements Comparison.Listener {
  private final Progress progress;
  private final Optional<LivePage> page;
  private String work = "";
  private String measured = "";

  /**
   * Creates one that shows nothing yet.
   *
   * @param page shows each evaluation, too
   */
  public ComparisonProgress(Progress progress, LivePage page) {
    this(progress, Optional.of(page));
  }

  /** Creates one without a page, for a part of a comparison. */
  ComparisonProgress(Progress progress) {
    this(progress, Optional.empty());
  }

  private ComparisonProgress(Progress progress, Optional<LivePage> page) {
    this.progress = progress;
    this.page = page;
  }

  @Override
  public void begun(String candidate, long seed) {
    work = candidate + ", seed " + seed;
    measured = "";
  }

  @Override
  public void progress(Work.Progress p) {
    p.learning()
        .ifPresent(
            l ->
                progress.show(
                    work, p.step(), p.total(), "loss " + Format.metric(l.loss()) + measured));
  }

  @Override
  public boolean isCancelled() {
    return progress.isCancelled();
  }

  @Override
  public void evaluated(ComparisonRun run) {
    measured = ", validation " + Format.metric(run.last().loss());
    page.ifPresent(p -> p.evaluated(run));
  }

  @Override
  public void done(ComparisonRun run, Optional<Curve.Point> reached) {
    page.ifPresent(LivePage::done);
    progress.close();
    progress.line(
        String.format(
            "%s, seed %d: validation loss from %s to %s, %s, %s%s",
            run.candidate(),
            run.seed(),
            Format.metric(run.firstLoss()),
            Format.metric(run.last().loss()),
            Tables.flops(run.last().flops()),
            Format.seconds(run.last().seconds()),
            reached
                .map(p -> "; scratch's final loss after step " + Format.count(p.step()))
                .orElse("")));
  }
}
