package dev.ligo.core.data;

import dev.ligo.api.CancelledException;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Measures how fast one phase of long work goes, tells a listener, and ends the work where it is
 * cancelled. Of the steps' times the first is left out: it also warms up.
 */
public final class Work {
  /**
   * How far a phase of long work is.
   *
   * @param phase what is being done, such as "training" or "tokenizing"
   * @param step the steps done so far, also those of a run that is resumed
   * @param total the steps in all
   * @param learning what a step of learning gave, if it is one
   * @param unit what the speed counts, such as tokens or examples
   * @param perSecond the units per second, once two steps are made
   * @param secondsLeft the seconds that the phase will take on, once two steps are made
   */
  public record Progress(
      String phase,
      long step,
      long total,
      Optional<Learning> learning,
      String unit,
      OptionalDouble perSecond,
      OptionalDouble secondsLeft) {}

  /**
   * What a step of learning gave.
   *
   * @param loss the loss of the step's batch, before the step
   * @param learningRate the learning rate of the step
   * @param gradientNorm the norm of all gradients together, before clipping
   * @param units the units, such as tokens, that the step took in
   */
  public record Learning(double loss, double learningRate, double gradientNorm, long units) {}

  private final String phase;
  private final String unit;
  private final long total;
  private long step;
  private long steps;
  private long units;
  private long nanos;
  private long mark = System.nanoTime();
  private boolean warm;

  /**
   * Creates the measurement of a phase.
   *
   * @param phase what is done, such as "training"
   * @param unit what its speed counts, such as "tokens"
   * @param total the steps in all
   */
  public Work(String phase, String unit, long total) {
    this.phase = phase;
    this.unit = unit;
    this.total = total;
  }

  /**
   * Begins a step. What was done since the step before does not count as the phase's time.
   *
   * @param listener follows the work, and may cancel it
   * @throws CancelledException if the work is cancelled
   */
  public void begin(ProgressListener listener) {
    check(listener, phase);
    mark = System.nanoTime();
  }

  /**
   * Ends one or more steps, whose number is what the speed counts.
   *
   * @param listener follows the work, and may cancel it
   * @param done the steps done so far
   * @throws CancelledException if the work is cancelled
   */
  public void done(ProgressListener listener, long done) {
    done(listener, done, done - step, Optional.empty());
  }

  /**
   * Ends a step of learning.
   *
   * @param listener follows the work, and may cancel it
   * @param done the steps done so far
   * @param learning the loss and the learning rate of the step
   * @throws CancelledException if the work is cancelled
   */
  public void done(ProgressListener listener, long done, Learning learning) {
    done(listener, done, learning.units(), Optional.of(learning));
  }

  private void done(
      ProgressListener listener, long done, long counted, Optional<Learning> learning) {
    if (warm) {
      nanos += System.nanoTime() - mark;
      steps += done - step;
      units += counted;
    }
    warm = true;
    step = done;
    boolean measured = nanos > 0 && steps > 0;
    listener.progress(
        new Progress(
            phase,
            done,
            total,
            learning,
            unit,
            measured ? OptionalDouble.of(units / (nanos / 1e9)) : OptionalDouble.empty(),
            measured
                ? OptionalDouble.of((total - done) * (nanos / 1e9) / steps)
                : OptionalDouble.empty()));
    begin(listener);
  }

  /**
   * Does nothing, or ends work that is cancelled.
   *
   * @param listener follows the work, and may cancel it
   * @param doing what is being done, such as "training"
   * @throws CancelledException if the listener asks for it, or the thread is interrupted
   */
  public static void check(ProgressListener listener, String doing) {
    if (listener.isCancelled()) {
      throw new CancelledException("cancelled while " + doing + ".");
    }
    CancelledException.throwIfInterrupted(doing);
  }
}
