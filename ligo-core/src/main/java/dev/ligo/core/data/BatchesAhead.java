package dev.ligo.core.data;

import dev.ligo.api.CancelledException;
import dev.ligo.api.HostArray;
import dev.ligo.core.io.DaemonThread;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads batches in order, one ahead: while a batch is used, a thread of its own makes the next.
 * Closing it waits for a batch that is being made, so that its files can be closed afterwards.
 */
public final class BatchesAhead implements AutoCloseable {
  private static final int PATIENCE = 10;

  private final BatchSource source;
  private final long end;
  private final LongSupplier clock;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(work -> DaemonThread.of("ligo-batches", work));
  private long ahead = -1;
  private @Nullable Future<SortedMap<String, HostArray>> made;
  private long waited;

  /**
   * Reads from a source.
   *
   * @param source the batches
   * @param end the index after that of the last batch that will be asked for
   */
  public BatchesAhead(BatchSource source, long end) {
    this(source, end, System::nanoTime);
  }

  /**
   * Reads from a source.
   *
   * @param clock the time in nanoseconds
   */
  BatchesAhead(BatchSource source, long end, LongSupplier clock) {
    this.source = source;
    this.end = end;
    this.clock = clock;
  }

  /**
   * {@return the batch of an index} It is there already where it follows the one before.
   *
   * @param index the batch's number, from 0
   * @throws CancelledException if the thread is interrupted while it waits
   * @throws DataException if the batch cannot be read
   */
  public SortedMap<String, HostArray> batch(long index) {
    long begun = clock.getAsLong();
    Future<SortedMap<String, HostArray>> asked =
        made != null && ahead == index ? made : thread.submit(() -> source.batch(index));
    SortedMap<String, HostArray> batch = get(asked);
    waited += clock.getAsLong() - begun;
    ahead = index + 1;
    made = ahead < end ? thread.submit(() -> source.batch(index + 1)) : null;
    return batch;
  }

  private static SortedMap<String, HostArray> get(Future<SortedMap<String, HostArray>> asked) {
    try {
      return asked.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException("cancelled while waiting for a batch.", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause()); // a batch source declares none
    }
  }

  /** {@return the nanoseconds for which {@link #batch} made its callers wait} */
  public long waited() {
    return waited;
  }

  /** Ends the thread. A batch that takes {@value #PATIENCE} seconds to make is interrupted. */
  @Override
  public void close() {
    thread.shutdown();
    boolean interrupted = false;
    while (!thread.isTerminated()) {
      try {
        if (!thread.awaitTermination(PATIENCE, TimeUnit.SECONDS)) {
          thread.shutdownNow();
        }
      } catch (InterruptedException e) {
        interrupted = true;
        thread.shutdownNow();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
