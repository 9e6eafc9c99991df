package dev.ligo.it.cancel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.api.CancelledException;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Growth;
import dev.ligo.core.Ligo;
import dev.ligo.core.Training;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.train.TrainingOptions;
import dev.ligo.it.RandomBatches;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Long work that is cancelled, at every moment that it tells of, on batches in memory. */
class CancellationTest {
  private static final Path SOURCE = Path.of("src/test/resources/golden/bert/mlm-gelu");
  private static final long STEPS = 5;

  private static Backend backend;
  private static Ligo ligo;

  @TempDir Path directory;

  @BeforeAll
  static void open() {
    backend = Backends.open("pytorch", BackendOptions.cpu().withThreads(1));
    ligo = Ligo.create();
  }

  @AfterAll
  static void close() {
    backend.close();
  }

  @AfterEach
  void nothingIsLeftOpen() {
    assertThat(Thread.interrupted()).as("left for the next test").isFalse();
    assertThat(backend.liveArrays()).isZero();
  }

  /** Cancels at a moment, counted from 1, and counts them. */
  private static class Cancels implements ProgressListener {
    private final boolean interrupts;
    private final int at;
    final List<Long> steps = new ArrayList<>();
    int moments;

    Cancels(boolean interrupts, int at) {
      this.interrupts = interrupts;
      this.at = at;
    }

    final void moment() {
      moments++;
      if (interrupts && moments == at) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void progress(Work.Progress progress) {
      progress.learning().ifPresent(l -> steps.add(progress.step()));
      moment();
    }

    @Override
    public void evaluated(long step, Map<String, Double> metrics) {
      moment();
    }

    @Override
    public boolean isCancelled() {
      return !interrupts && moments >= at;
    }
  }

  /**
   * Two batches of pretraining, whose reading is a moment, too: that on the caller's thread. Those
   * that are read ahead are read at any time.
   */
  private static BatchSource batches(Checkpoint checkpoint, Runnable read) {
    Map<String, Integer> below =
        Map.of("input_ids", 61, "token_type_ids", 2, "masked_positions", 12, "masked_labels", 61);
    RandomBatches drawn =
        new RandomBatches(
            checkpoint.model().forPretraining().withHead().batchSpecs(2, 6), below, DType.FLOAT32);
    Thread caller = Thread.currentThread();
    return new BatchSource() {
      @Override
      public SortedMap<String, HostArray> batch(long index) {
        if (Thread.currentThread() == caller) {
          read.run();
        }
        return drawn.batch(index);
      }

      @Override
      public long batchesPerPass() {
        return 2;
      }
    };
  }

  /** Runs with a listener, and asserts that it is cancelled as that one wants it. */
  private static void assertCancelled(Cancels listener, Runnable work) {
    assertThatThrownBy(work::run)
        .isInstanceOf(CancelledException.class)
        .hasMessageStartingWith("cancelled while ");
    assertThat(Thread.interrupted()).isEqualTo(listener.interrupts);
    assertThat(listener.moments).as("it ends within one step").isLessThanOrEqualTo(listener.at + 1);
  }

  private List<String> names() {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Growth.Report grow(String method, Cancels listener, String out) {
    try (Checkpoint small = ligo.open(SOURCE)) {
      return ligo.grow(small, method)
          .to(Sizes.SAME.withLayers(4).withHidden(36))
          .data(batches(small, listener::moment))
          .backend(backend)
          .training(OperatorTraining.Options.of(2, 1e-3))
          .measureDrift(true)
          .listener(listener)
          .seed(3)
          .resume(true)
          .save(directory.resolve(out));
    }
  }

  @Test
  void aGrowthEndsAtEveryMomentAndLeavesNothing() {
    Cancels never = new Cancels(true, 0);
    grow("fpi", never, "fpi");
    for (int at = 1; at < never.moments; at++) {
      Cancels listener = new Cancels(at % 2 == 0, at);
      assertCancelled(listener, () -> grow("fpi", listener, "cancelled"));
      assertThat(names()).containsExactly("fpi");
    }
  }

  /** The learned operator has the same bytes as without a cancellation. */
  @Test
  void theLearningOfAnOperatorGoesOnFromEveryMoment() {
    Cancels never = new Cancels(true, 0);
    grow("ligo", never, "ligo");
    int kept = 0;
    for (int at = 1; at < never.moments; at++) {
      Cancels listener = new Cancels(at % 2 == 0, at);
      String out = "cancelled-" + at;
      assertCancelled(listener, () -> grow("ligo", listener, out));
      assertThat(directory.resolve(out)).doesNotExist();
      kept += Files.exists(directory.resolve(out + ".training")) ? 1 : 0;
      Cancels again = new Cancels(true, 0);
      grow("ligo", again, out);
      assertThat(listener.steps.size() + again.steps.size()).isEqualTo(never.steps.size());
      assertThat(directory.resolve(out).resolve("model.safetensors"))
          .hasSameBinaryContentAs(directory.resolve("ligo").resolve("model.safetensors"));
      assertThat(directory.resolve(out + ".training")).doesNotExist();
    }
    assertThat(kept).as("moments after the first step").isPositive();
  }

  @Test
  void anInterruptBeforeTheWorkEndsItToo() {
    Cancels listener = new Cancels(true, 0);
    Thread.currentThread().interrupt();
    assertCancelled(listener, () -> grow("fpi", listener, "cancelled"));
    assertThat(names()).isEmpty();
  }

  private void train(Cancels listener, String out) {
    train(listener, out, i -> {});
  }

  private void train(Cancels listener, String out, LongConsumer read) {
    try (Checkpoint checkpoint = ligo.open(SOURCE)) {
      BatchSource drawn = batches(checkpoint, listener::moment);
      Training training =
          ligo.pretrain(checkpoint, 1)
              .data(
                  new BatchSource() {
                    @Override
                    public SortedMap<String, HostArray> batch(long index) {
                      read.accept(index);
                      return drawn.batch(index);
                    }

                    @Override
                    public long batchesPerPass() {
                      return drawn.batchesPerPass();
                    }
                  })
              .evaluateOn(batches(checkpoint, listener::moment))
              .backend(backend)
              .options(TrainingOptions.builder(STEPS).learningRate(1e-2).evaluateEvery(2).build());
      training.listener(listener).resume(true).save(directory.resolve(out));
    }
  }

  /** An interrupt that comes while a batch is read, by whichever thread reads it. */
  @Test
  void aTrainingThatIsInterruptedWhileABatchIsReadGoesOnFromItsStep() {
    train(new Cancels(true, 0), "whole");
    SortedMap<String, HostArray> whole = values("whole");
    Thread caller = Thread.currentThread();
    for (long at = 0; at < STEPS; at++) {
      long interrupted = at;
      String out = "interrupted" + at;
      Cancels listener = new Cancels(true, 0);
      assertThatThrownBy(() -> train(listener, out, i -> interruptIf(caller, i == interrupted)))
          .isInstanceOf(CancelledException.class)
          .hasMessageStartingWith("cancelled while ");
      assertThat(Thread.interrupted()).isTrue();
      assertThat(directory.resolve(out)).doesNotExist();
      Cancels rest = new Cancels(true, 0);
      train(rest, out);
      listener.steps.addAll(rest.steps);
      assertThat(listener.steps).as("no step is made again").containsExactly(1L, 2L, 3L, 4L, 5L);
      values(out).forEach((n, a) -> assertThat(a.bytes()).as(n).isEqualTo(whole.get(n).bytes()));
    }
  }

  private static void interruptIf(Thread caller, boolean now) {
    if (now) {
      caller.interrupt();
    }
  }

  private SortedMap<String, HostArray> values(String trained) {
    try (Checkpoint checkpoint = ligo.open(directory.resolve(trained))) {
      return checkpoint.values();
    }
  }

  /** Returns the lines without what tells the time. */
  private List<String> metrics(String trained) throws IOException {
    return Files.readAllLines(directory.resolve(trained).resolve("metrics.jsonl")).stream()
        .map(l -> l.replaceAll("\"seconds\":[^,]*,", ""))
        .toList();
  }

  @Test
  void aTrainingGoesOnFromTheStepAtWhichItWasCancelled() throws IOException {
    Cancels never = new Cancels(true, 0);
    train(never, "whole");
    SortedMap<String, HostArray> whole = values("whole");
    for (int at = 1; at <= never.moments; at++) {
      String out = "cancelled" + at;
      Cancels listener = new Cancels(at % 2 == 0, at);
      assertCancelled(listener, () -> train(listener, out));
      assertThat(directory.resolve(out)).doesNotExist();
      Cancels rest = new Cancels(true, 0);
      train(rest, out);
      listener.steps.addAll(rest.steps);
      assertThat(listener.steps).as("no step is made again").containsExactly(1L, 2L, 3L, 4L, 5L);
      values(out).forEach((n, a) -> assertThat(a.bytes()).as(n).isEqualTo(whole.get(n).bytes()));
      assertThat(metrics(out)).as("cancelled at %d", at).isEqualTo(metrics("whole"));
    }
  }

  @Test
  void anEvaluationEndsAtEveryBatch() {
    for (int at = 1; at <= 4; at++) {
      Cancels listener = new Cancels(at % 2 == 0, at);
      assertCancelled(
          listener,
          () -> {
            try (Checkpoint checkpoint = ligo.open(SOURCE)) {
              BatchSource data = batches(checkpoint, listener::moment);
              ligo.evaluate(checkpoint, "masked-lm", backend, data, listener);
            }
          });
    }
  }

  @Test
  void aCheckpointThatWasReadByAnInterruptedThreadStaysOpen() {
    try (Checkpoint checkpoint = ligo.open(SOURCE)) {
      String name = checkpoint.shapes().firstKey();
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> checkpoint.read(name)).isInstanceOf(CancelledException.class);
      assertThat(checkpoint.directory().read(name).isFinite()).isTrue();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(checkpoint.read(name).isFinite()).isTrue();
    }
  }

  @Test
  void hashingEnds() {
    try (HuggingFaceDirectory files = HuggingFaceDirectory.open(SOURCE)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(files::sha256).isInstanceOf(CancelledException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void aFutureThatIsCancelledEndsItsTraining() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    List<Throwable> thrown = new ArrayList<>();
    Cancels waits =
        new Cancels(true, 0) {
          @Override
          public void progress(Work.Progress progress) {
            if (progress.learning().isPresent() && progress.step() == 3) {
              inside.countDown();
              while (!Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
              }
            }
          }
        };
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try {
      Future<?> future =
          executor.submit(
              () -> {
                try {
                  train(waits, "out");
                } catch (CancelledException e) {
                  thrown.add(e);
                } finally {
                  ended.countDown();
                }
              });
      inside.await();
      future.cancel(true);
      assertThatThrownBy(future::get)
          .isInstanceOfAny(CancellationException.class, ExecutionException.class);
      ended.await();
    } finally {
      executor.shutdown();
    }
    assertThat(thrown).hasSize(1);
    assertThat(names()).containsExactly("out.training");
    assertThat(dev.ligo.core.train.TrainingDirectory.savedStep(directory.resolve("out")))
        .hasValue(3);
  }
}
