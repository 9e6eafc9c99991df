package dev.ligo.backend.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.BackendException;
import dev.ligo.api.BackendOptions;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The process has one pool of threads: the first backend that is opened says how many. */
class ThreadsTest {
  private final AtomicInteger pool = new AtomicInteger();

  @Test
  void theFirstDecides() {
    assertThat(Threads.claim(pool, OptionalInt.of(3))).isEqualTo(3);
    assertThat(Threads.claim(pool, OptionalInt.of(3))).isEqualTo(3);
    assertThat(Threads.claim(pool, OptionalInt.empty())).isEqualTo(3);
  }

  @Test
  void whoDoesNotAskTakesTheProcessors() {
    int processors = Runtime.getRuntime().availableProcessors();
    assertThat(Threads.claim(pool, OptionalInt.empty())).isEqualTo(processors);
    assertThat(Threads.claim(pool, OptionalInt.of(processors))).isEqualTo(processors);
  }

  @Test
  void anotherNumberIsRefused() {
    try (OpenBackend b = OpenBackend.onCpu()) {
      assertThatThrownBy(() -> new TfBackendProvider().open(BackendOptions.cpu().withThreads(7)))
          .isInstanceOf(BackendException.class)
          .hasMessage(
              "TensorFlow was asked for 7 threads and computes with 1 in this process, since the"
                  + " first backend was opened so; ask for 1 or leave the number out, or start"
                  + " another process.");
      assertThat(b.backend().info().threads()).isOne();
    }
  }
}
