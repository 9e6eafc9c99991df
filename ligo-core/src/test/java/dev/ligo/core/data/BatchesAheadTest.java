package dev.ligo.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.CancelledException;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Batches that a thread of its own makes while the one before is used. */
@Timeout(60)
class BatchesAheadTest {
  private final ConcurrentLinkedQueue<Long> asked = new ConcurrentLinkedQueue<>();

  /** Batches of one number, which a function computes of the index. */
  private BatchSource source(LongUnaryOperator value) {
    return new BatchSource() {
      @Override
      public SortedMap<String, HostArray> batch(long index) {
        asked.add(index);
        long found = value.applyAsLong(index);
        return new TreeMap<>(Map.of("x", HostArray.of(Shape.of(1), found)));
      }

      @Override
      public long batchesPerPass() {
        return Long.MAX_VALUE;
      }
    };
  }

  private static long number(SortedMap<String, HostArray> batch) {
    return (long) batch.values().iterator().next().get(0);
  }

  @Test
  void givesEachBatchAndReadsNoneAfterTheLast() {
    try (BatchesAhead ahead = new BatchesAhead(source(i -> 10 * i), 4)) {
      for (long i = 1; i < 4; i++) {
        assertThat(number(ahead.batch(i))).isEqualTo(10 * i);
      }
      assertThat(number(ahead.batch(1))).as("another order").isEqualTo(10);
    }
    assertThat(asked).containsExactly(1L, 2L, 3L, 1L, 2L);
  }

  @Test
  void theNextIsMadeWhileOneIsUsed() throws InterruptedException {
    CountDownLatch second = new CountDownLatch(1);
    BatchSource source =
        source(
            i -> {
              if (i == 1) {
                second.countDown();
              }
              return i;
            });
    try (BatchesAhead ahead = new BatchesAhead(source, 2)) {
      ahead.batch(0);
      assertThat(second.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** The clock stands still but where a batch is made. */
  @Test
  void countsWhatItsCallersWaitFor() {
    AtomicLong clock = new AtomicLong();
    BatchSource slow = source(i -> clock.addAndGet(i == 0 ? 5 : 0));
    try (BatchesAhead ahead = new BatchesAhead(slow, 2, clock::get)) {
      ahead.batch(0);
      ahead.batch(1);
      assertThat(ahead.waited()).isEqualTo(5);
    }
  }

  @Test
  void anErrorIsThatOfItsBatch() {
    BatchSource damaged =
        source(
            i -> {
              if (i == 2) {
                throw new DataException("batch 2 is damaged");
              }
              return i;
            });
    try (BatchesAhead ahead = new BatchesAhead(damaged, 9)) {
      for (long i : new long[] {0, 1}) {
        assertThat(number(ahead.batch(i))).isEqualTo(i);
      }
      assertThatThrownBy(() -> ahead.batch(2))
          .isInstanceOf(DataException.class)
          .hasMessage("batch 2 is damaged");
    }
  }

  @Test
  void anInterruptEndsTheWait() {
    CountDownLatch never = new CountDownLatch(1);
    BatchSource stuck =
        source(
            i -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                throw new DataException("interrupted");
              }
              return i;
            });
    Thread.currentThread().interrupt();
    BatchesAhead ahead = new BatchesAhead(stuck, 1);
    try {
      assertThatThrownBy(() -> ahead.batch(0)).isInstanceOf(CancelledException.class);
    } finally {
      ahead.close(); // which the interrupt hastens
    }
    assertThat(Thread.interrupted()).isTrue();
  }
}
