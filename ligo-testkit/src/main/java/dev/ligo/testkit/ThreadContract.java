package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.Backend;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.IllegalUseException;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensors;
import dev.ligo.api.Tensors.Loss;
import dev.ligo.api.Tensors.ValueAndGradients;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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

  /** Stands still inside a program until it may go on. */
  final class Gate {
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);

    NamedTensors pass(Tensors t, NamedTensors in) {
      entered.countDown();
      await(open);
      return NamedTensors.of("y", in.get("x").mul(in.get("x")));
    }

    void awaitEntered() {
      await(entered);
    }

    void open() {
      open.countDown();
    }

    private static void await(CountDownLatch latch) {
      try {
        assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  default void whatIsClosedDuringARunServesItToItsEnd() throws InterruptedException {
    Gate gate = new Gate();
    Computation c = backend().compile(gate::pass);
    DeviceArray x = backend().array(HostArray.of(Shape.of(2), 2.0, 3.0));
    together(
        List.of(
            () -> {
              assertThat(Runs.toHost(c.run(Map.of("x", x))).get("y").toDoubles())
                  .containsExactly(4, 9);
              return null;
            },
            () -> {
              gate.awaitEntered();
              x.close();
              c.close();
              assertThat(backend().liveArrays()).isEqualTo(1);
              assertThatThrownBy(x::toHost).isInstanceOf(IllegalUseException.class);
              assertThatThrownBy(() -> c.run(Map.of()))
                  .isInstanceOf(IllegalUseException.class)
                  .hasMessage("a computation was run after it was closed.");
              gate.open();
              return null;
            }));
    assertThat(backend().liveArrays()).isZero();
  }

  @Test
  default void whatAnotherRunUsesIsNotDonated() throws InterruptedException {
    Gate gate = new Gate();
    try (Computation c = backend().compile(gate::pass);
        Computation other = backend().compile((t, in) -> in)) {
      DeviceArray x = backend().array(HostArray.of(Shape.of(2), 2.0, 3.0));
      together(
          List.of(
              () -> {
                assertThat(Runs.toHost(c.run(Map.of("x", x))).get("y").toDoubles())
                    .containsExactly(4, 9);
                return null;
              },
              () -> {
                gate.awaitEntered();
                assertThatThrownBy(() -> other.run(Map.of(), Map.of("x", x), 0))
                    .isInstanceOf(IllegalUseException.class)
                    .hasMessage(
                        "cannot donate an array of float64(2) that another run is using; wait for"
                            + " it.");
                gate.open();
                return null;
              }));
    }
    assertThat(backend().liveArrays()).isZero();
  }

  @Test
  default void closingABackendWaitsForItsRuns() throws InterruptedException {
    Gate gate = new Gate();
    Backend another = another();
    Computation c = another.compile(gate::pass);
    DeviceArray x = another.array(HostArray.of(Shape.of(2), 2.0, 3.0));
    Thread closing = new Thread(another::close);
    together(
        List.of(
            () -> {
              Map<String, DeviceArray> out = c.run(Map.of("x", x));
              assertThat(out.get("y").spec()).isEqualTo(x.spec());
              return null;
            },
            () -> {
              gate.awaitEntered();
              closing.start();
              while (closing.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
              }
              gate.open();
              closing.join();
              return null;
            }));
    assertThatThrownBy(x::toHost)
        .isInstanceOf(IllegalUseException.class)
        .hasMessage("backend '" + another.name() + "' was used after it was closed.");
    assertThat(another.liveArrays()).isZero();
  }

  @Test
  default void aBackendIsNotClosedByItsOwnProgram() {
    try (Backend another = another()) {
      Runnable closing = another::close;
      Computation c =
          another.compile(
              (t, in) -> {
                closing.run();
                return in;
              });
      assertThatThrownBy(() -> c.run(Map.of()))
          .isInstanceOf(IllegalUseException.class)
          .hasMessage(
              "backend '"
                  + another.name()
                  + "' was closed by a program that runs on it; close it after the run.");
    }
  }
}
