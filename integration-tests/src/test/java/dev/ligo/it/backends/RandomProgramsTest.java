package dev.ligo.it.backends;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.api.Computation;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.Program;
import dev.ligo.it.TestBackends;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * On two threads at once, an engine computes random programs and their gradients as plain Java
 * does. With {@code -Dligo.minutes=60} for so long, and else for some programs.
 */
class RandomProgramsTest {
  private static final int THREADS = 2;
  private static final int PROGRAMS = 60;

  /**
   * Some hundred roundings of 1.1e-16 each, relative to the largest magnitude, or to 1. The loss
   * and its gradients are sums over weighted terms, which may cancel: they are taken relative to
   * the sum of the weights where that is larger.
   */
  private static final double TOLERANCE = 1e-13;

  private static final long MINUTES = Long.getLong("ligo.minutes", 0);

  static Stream<String> engines() {
    return TestBackends.names().stream().filter(name -> !name.equals("plain"));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void anEngineAgreesWithPlainJavaOnTwoThreads(String engine) throws Exception {
    AtomicLong seeds = new AtomicLong();
    long end = System.nanoTime() + Duration.ofMinutes(MINUTES).toNanos();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (Backend plain = Backends.open("plain", BackendOptions.cpu());
        Backend backend = TestBackends.open(engine)) {
      Callable<Void> task =
          () -> {
            for (long seed = seeds.getAndIncrement();
                MINUTES > 0 ? System.nanoTime() < end : seed < PROGRAMS;
                seed = seeds.getAndIncrement()) {
              compare(new RandomProgram(seed), plain, backend);
            }
            return null;
          };
      List<Future<Void>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        running.add(threads.submit(task));
      }
      for (Future<Void> future : running) {
        future.get();
      }
      assertThat(backend.liveArrays()).isZero();
      assertThat(plain.liveArrays()).isZero();
    } finally {
      threads.shutdownNow();
    }
  }

  private static void compare(RandomProgram program, Backend plain, Backend backend) {
    Map<String, HostArray> expected = run(plain, program, program.inputs());
    Map<String, HostArray> actual = run(backend, program, program.inputs());
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    double weights = program.weights();
    expected.forEach(
        (name, reference) -> {
          double[] right = reference.toDoubles();
          double[] found = actual.get(name).toDoubles();
          double largest = name.startsWith(RandomProgram.VALUE) ? 1 : weights;
          double difference = 0;
          for (int i = 0; i < right.length; i++) {
            largest = Math.max(largest, Math.abs(right[i]));
            difference = Math.max(difference, Math.abs(found[i] - right[i]));
          }
          assertThat(difference / largest)
              .as("%s of %s on %s", name, program, backend.name())
              .isLessThan(TOLERANCE);
        });
  }

  private static Map<String, HostArray> run(
      Backend backend, Program program, Map<String, HostArray> inputs) {
    Map<String, DeviceArray> in = backend.arrays(inputs);
    Map<String, HostArray> host = new TreeMap<>();
    try (Computation computation = backend.compile(program)) {
      Map<String, DeviceArray> out = computation.run(in);
      try {
        out.forEach((name, array) -> host.put(name, array.toHost()));
      } finally {
        out.values().forEach(DeviceArray::close);
      }
    } finally {
      in.values().forEach(DeviceArray::close);
    }
    return host;
  }
}
