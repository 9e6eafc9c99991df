package dev.ligo.cli.demo;

import dev.ligo.cli.console.Format;
import dev.ligo.core.comparison.Curve;
import dev.ligo.core.comparison.EqualComputeTraining;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A comparison as it runs: a line for each share of the budget, with the losses of all arms as
 * numbers and as marks on one scale, so that the lines below each other are the curves, turned by a
 * right angle.
 */
final class LossLines implements EqualComputeTraining.Listener {
  private static final String WORK = "training";
  private static final String MARKS = "ox+*#%";
  private static final int WIDTH = 44;

  /** How far below the best loss at the start the scale begins, as a share of it. */
  private static final double ROOM = 0.3;

  private final List<String> arms;
  private final ProgressListener progress;
  private final Consumer<String> lines;
  private final Map<String, Double> losses = new HashMap<>();
  private double low;
  private double high;
  private long steps;

  /**
   * Begins to listen.
   *
   * @param arms the arms in the order of their columns
   * @param progress told of steps
   * @param lines told of lines
   */
  LossLines(List<String> arms, ProgressListener progress, Consumer<String> lines) {
    this.arms = List.copyOf(arms);
    this.progress = progress;
    this.lines = lines;
  }

  @Override
  public void stepped(String arm, long done, long total) {
    steps = total;
    // The last step is done when its losses are known: a bar that is full stands above them.
    progress.progress(at(Math.min(done, total - 1)));
  }

  @Override
  public void evaluated(String arm, Curve.Point point) {
    losses.put(arm, point.loss());
  }

  @Override
  public void spent(double share) {
    if (share == 0) {
      scale(losses.values());
      lines.accept(header());
    }
    lines.accept(row(share));
    losses.clear();
    if (share == 1) {
      progress.progress(at(steps));
    }
  }

  @Override
  public boolean isCancelled() {
    return progress.isCancelled();
  }

  private Work.Progress at(long done) {
    return new Work.Progress(
        WORK,
        done,
        steps,
        Optional.empty(),
        "steps",
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  private void scale(Collection<Double> starts) {
    high = starts.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    low = (1 - ROOM) * starts.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
  }

  private String header() {
    String names = arms.stream().map(a -> mark(a) + " " + a).collect(Collectors.joining("  "));
    String left = Format.metric(low);
    String right = Format.metric(high);
    String gap = " ".repeat(WIDTH - left.length() - right.length());
    return "compute  " + names + "   " + left + gap + right;
  }

  private String row(double share) {
    StringBuilder line =
        new StringBuilder(String.format("%7s", share == 0 ? "start" : percent(share)));
    for (String arm : arms) {
      String loss = Optional.ofNullable(losses.get(arm)).map(Format::metric).orElse("");
      line.append("  ").append(" ".repeat(arm.length() + 2 - loss.length())).append(loss);
    }
    return line.append("  |").append(marks()).append('|').toString();
  }

  private static String percent(double share) {
    return Math.round(100 * share) + " %";
  }

  private char mark(String arm) {
    return MARKS.charAt(arms.indexOf(arm) % MARKS.length());
  }

  private String marks() {
    StringBuilder scale = new StringBuilder(" ".repeat(WIDTH));
    for (int i = arms.size() - 1; i >= 0; i--) { // the first arm stands over the others
      String arm = arms.get(i);
      Optional.ofNullable(losses.get(arm)).ifPresent(l -> scale.setCharAt(place(l), mark(arm)));
    }
    return scale.toString();
  }

  private int place(double loss) {
    long place = Math.round((loss - low) / (high - low) * (WIDTH - 1));
    return (int) Math.max(0, Math.min(WIDTH - 1, place));
  }
}
