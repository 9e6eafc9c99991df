package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Backend;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensors;
import dev.ligo.api.Tensors.Loss;
import dev.ligo.api.Tensors.ValueAndGradients;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Any thread may use a backend, and several may at once. */
interface ThreadContract extends Subject {
  /** A loss with dropout, its gradient, and something outside of it. */
  private static NamedTensors program(Tensors t, NamedTensors in) {
    ValueAndGradients result =
        t.valueAndGradients(
            v -> new Loss(v.get("x").matmul(v.get("x")).dropout(0.5).gelu().sum()), in);
    return result.gradients().with("loss", result.value()).with("y", in.get("x").exp());
  }

  private static HostArray input(int thread) {
    return Doubles.of(Shape.of(8, 8), i -> Math.sin(thread + i[0] - 2.0 * i[1])).as(DType.FLOAT64);
  }

  private static Map<String, HostArray> once(Backend backend, int thread) {
    return Runs.run(backend, ThreadContract::program, Map.of("x", input(thread)), thread);
  }

  private static void assertSame(Map<String, HostArray> actual, Map<String, HostArray> expected) {
    expected.forEach(
        (name, array) ->
            assertThat(Runs.only(actual, name).bytes()).as(name).isEqualTo(array.bytes()));
  }

  private static void together(List<Callable<Void>> tasks) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      for (Future<Void> f : threads.invokeAll(tasks)) {
        f.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError("a thread failed: " + e.getCause(), e.getCause());
    } finally {
      threads.shutdown();
    }
  }

  @Test
  default void twoThreadsWithABackendEachDoNotDisturbEachOther() throws InterruptedException {
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      int thread = i;
      Map<String, HostArray> expected = once(backend(), thread);
      tasks.add(
          () -> {
            try (Backend own = another()) {
              for (int round = 0; round < 25; round++) {
                assertSame(once(own, thread), expected);
              }
              assertThat(own.liveArrays()).isZero();
            }
            return null;
          });
    }
    together(tasks);
  }

  @Test
  default void severalThreadsMayShareABackendAndAComputation() throws InterruptedException {
    try (Computation shared = backend().compile(ThreadContract::program)) {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        int thread = i;
        Map<String, HostArray> expected = once(backend(), thread);
        tasks.add(
            () -> {
              for (int round = 0; round < 25; round++) {
                assertSame(
                    Runs.run(backend(), shared, Map.of("x", input(thread)), thread), expected);
              }
              return null;
            });
      }
      together(tasks);
      assertThat(shared.signatures()).isEqualTo(1);
    }
  }
}
