package dev.ligo.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.HostArray;
import dev.ligo.core.train.GradientSource;
import dev.ligo.core.train.Gradients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.SortedMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterGradientsTest {
  /** Sums of float64 in another order, and 20 steps of AdamW on them. */
  private static final double TOLERANCE = 1e-6;

  @TempDir static Path directory;

  @Test
  void stepsOfJobsAreThoseOfOneProcess() {
    Workshop<TinyWork> workshop = new Workshop<>(TinyWork::new);
    try (JavaSparkContext spark = new JavaSparkContext(LocalSpark.conf(LocalSpark.THREADS))) {
      assertClose(
          TinyWork.train(
              Optional.of(
                  new ClusterGradients(new Job(spark, "testing", new JobTimes()), workshop::get))));
    } finally {
      workshop.close();
    }
  }

  @Test
  void anExecutorThatIsLostChangesNothing() throws IOException {
    String killed = directory.resolve("killed").toString();
    try (JavaSparkContext spark = new JavaSparkContext(LocalSpark.conf(LocalSpark.EXECUTORS))) {
      Workshop<Killed> workshop = new Workshop<>(() -> new Killed(killed));
      assertClose(
          TinyWork.train(
              Optional.of(
                  new ClusterGradients(new Job(spark, "testing", new JobTimes()), workshop::get))));
    }
    assertThat(Files.readString(Path.of(killed))).isNotEqualTo(ProcessHandle.current().pid() + "");
  }

  private static void assertClose(SortedMap<String, HostArray> actual) {
    SortedMap<String, HostArray> expected = TinyWork.train(Optional.empty());
    expected.forEach(
        (name, e) -> {
          for (int i = 0; i < e.size(); i++) {
            assertThat(Math.abs(actual.get(name).get(i) - e.get(i)))
                .as("%s, entry %d", name, i)
                .isLessThan(TOLERANCE);
          }
        });
  }

  /** Ends the process of an executor in the middle of its tenth task, once. */
  private static final class Killed implements GradientSource, AutoCloseable {
    private static final int TASK = 10;

    private final TinyWork work = new TinyWork();
    private final Path marker;
    private int tasks;

    Killed(String marker) {
      this.marker = Path.of(marker);
    }

    @Override
    public synchronized Gradients gradients(Request request) {
      tasks++;
      Gradients sum = work.gradients(request);
      if (tasks == TASK) {
        try {
          Files.writeString(
              marker, ProcessHandle.current().pid() + "", StandardOpenOption.CREATE_NEW);
          Runtime.getRuntime().halt(137);
        } catch (IOException e) {
          return sum; // another one was killed before
        }
      }
      return sum;
    }

    @Override
    public void close() {
      work.close();
    }
  }
}
