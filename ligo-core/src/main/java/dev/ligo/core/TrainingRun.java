package dev.ligo.core;

import dev.ligo.api.CancelledException;
import dev.ligo.api.LigoException;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.train.Trainer;
import dev.ligo.core.train.TrainingDirectory;
import dev.ligo.core.train.TrainingOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of a run, from where it was interrupted or from its beginning to its end.
 *
 * @param trainer makes the steps
 * @param work where the run keeps its states and metrics
 * @param how how it is trained
 * @param saveEvery the steps between saved states
 * @param listener follows the work, and may cancel it
 */
record TrainingRun(
    Trainer trainer,
    TrainingDirectory work,
    TrainingOptions how,
    long saveEvery,
    ProgressListener listener) {
  private static final Logger LOGGER = LoggerFactory.getLogger(TrainingRun.class);

  /**
   * Trains to the end, where the trainer has what is to be written.
   *
   * @param train the data
   * @param evaluation the held-out data, if there are any
   * @param events where the metrics go as events, too, if anywhere
   * @param kept the metric whose best state is to be written, where it is not the last
   */
  void toTheEnd(
      BatchSource train,
      Optional<BatchSource> evaluation,
      Optional<Path> events,
      Optional<BestMetric> kept) {
    work.saved().ifPresent(s -> trainer.restore(s.step(), s.values(), isEvaluated(s)));
    work.saved().ifPresent(s -> TrainingRecording.resume(s, listener));
    Optional<BestState> best =
        kept.filter(metric -> how.evaluateEvery() != TrainingOptions.AT_END)
            .map(metric -> new BestState(trainer, work, metric));
    train(train, evaluation, events, best);
    keepBeforeTheEnd(); // what cannot be written is not trained anew
    best.ifPresent(BestState::restore);
    if (kept.isPresent()) {
      TrainingRecording.kept(trainer.steps(), work.recorded(), listener);
    }
  }

  private static boolean isEvaluated(TrainingDirectory.Saved saved) {
    return saved.metrics().stream()
        .filter(o -> o.get("step").getAsLong() == saved.step())
        .anyMatch(o -> o.has(TrainingDirectory.EVALUATED + "loss"));
  }

  /**
   * Trains to the last step, and saves the state now and then, and where the work is cancelled or
   * data turn out to be damaged.
   */
  private void train(
      BatchSource train,
      Optional<BatchSource> evaluation,
      Optional<Path> events,
      Optional<BestState> best) {
    Optional<EventFile> written = events.map(this::eventFile);
    ProgressListener recording = new TrainingRecording(work, written, best, listener);
    try {
      do {
        long left = how.steps() - trainer.steps();
        long until = trainer.steps() + Math.min(left, saveEvery - trainer.steps() % saveEvery);
        trainer.run(until, train, evaluation, recording);
        if (trainer.steps() < how.steps()) {
          work.save(trainer.steps(), trainer.currentState());
        }
      } while (trainer.steps() < how.steps());
      Work.check(listener, "training"); // before the model is written
    } catch (CancelledException | DataException e) { // both between two steps
      keep();
      throw e;
    } finally {
      written.ifPresent(EventFile::close);
    }
  }

  private EventFile eventFile(Path directory) {
    Optional<Long> after = work.saved().map(TrainingDirectory.Saved::step);
    return EventFile.create(
        directory,
        Clock.systemUTC(),
        after.isPresent() ? OptionalLong.of(after.get()) : OptionalLong.empty());
  }

  /** Saves the state of a run that ends early, unless it is the one that it began with. */
  private void keep() {
    if (trainer.steps() > work.saved().map(TrainingDirectory.Saved::step).orElse(0L)) {
      work.save(trainer.steps(), trainer.currentState());
    }
  }

  /** Saves the state of a run that is done; a full disk does not keep the model from its place. */
  private void keepBeforeTheEnd() {
    try {
      keep();
    } catch (LigoException e) {
      LOGGER.warn("{} The model is written all the same.", e.getMessage());
    }
  }
}
