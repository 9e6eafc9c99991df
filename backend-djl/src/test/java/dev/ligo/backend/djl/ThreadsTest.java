package dev.ligo.backend.djl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensors.Loss;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The state that torch keeps for each thread is set for a run and put back. */
class ThreadsTest {
  private static Computation gradient(Backend b) {
    return b.compile(
        (t, in) -> t.valueAndGradients(w -> new Loss(w.get("x").square().sum()), in).gradients());
  }

  private static double[] gradientAt(Backend b, Computation c, double at) {
    try (DeviceArray x = b.array(HostArray.of(Shape.of(2), at, -at));
        DeviceArray g = c.run(Map.of("x", x)).get("x")) {
      return g.toHost().toDoubles();
    }
  }

  @Test
  void gradientsDoNotDependOnWhatAThreadRecordedBefore() throws Exception {
    try (OpenBackend b = OpenBackend.onCpu()) {
      Computation c = gradient(b.backend());
      for (boolean recording : List.of(true, false)) {
        Callable<Boolean> task =
            () -> {
              Torch.setRecording(recording);
              assertThat(gradientAt(b.backend(), c, 3)).containsExactly(6, -6);
              return Torch.isRecording();
            };
        assertThat(inNewThread(task)).isEqualTo(recording);
      }
    }
  }

  private static <T> T inNewThread(Callable<T> task) throws Exception {
    ExecutorService one = Executors.newSingleThreadExecutor();
    try {
      return one.submit(task).get();
    } finally {
      one.shutdown();
    }
  }

  @Test
  void oneEngineServesSeveralThreads() throws Exception {
    try (OpenBackend b = OpenBackend.onCpu()) {
      Computation c = gradient(b.backend());
      race(List.of(() -> many(b.backend(), c, 1), () -> many(b.backend(), c, 2)));
      assertThat(b.strayArrays()).isZero();
      assertThat(b.liveArrays()).isZero();
    }
  }

  @Test
  void twoEnginesDoNotDisturbEachOther() throws Exception {
    try (OpenBackend a = OpenBackend.onCpu();
        OpenBackend b = OpenBackend.onCpu()) {
      Computation ca = gradient(a.backend());
      Computation cb = gradient(b.backend());
      race(List.of(() -> many(a.backend(), ca, 1), () -> many(b.backend(), cb, 2)));
      assertThat(a.strayArrays()).isZero();
      assertThat(b.strayArrays()).isZero();
    }
  }

  private static boolean many(Backend b, Computation c, double at) {
    for (int i = 0; i < 300; i++) {
      assertThat(gradientAt(b, c, at)).containsExactly(2 * at, -2 * at);
    }
    return true;
  }

  private static void race(List<Callable<Boolean>> tasks) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(tasks.size());
    try {
      for (Future<Boolean> f : pool.invokeAll(tasks)) {
        assertThat(f.get()).isTrue();
      }
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void eachEngineComputesWithItsOwnNumberOfThreads() {
    int before = Torch.threads();
    for (int threads : new int[] {1, 2, 1}) {
      try (Backend b =
          Backend.open(new DjlBackendProvider(), BackendOptions.cpu().withThreads(threads))) {
        assertThat(b.info().threads()).isEqualTo(threads);
        int[] seen = new int[1];
        Computation c =
            b.compile(
                (t, in) -> {
                  seen[0] = Torch.threads();
                  return NamedTensors.of(Map.of("y", t.scalar(DType.FLOAT32, 1)));
                });
        OpenBackend.closeAll(c.run(Map.of()));
        assertThat(seen[0]).isEqualTo(threads);
        assertThat(Torch.threads()).isEqualTo(before);
      }
    }
  }
}
