package dev.ligo.it.backends;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import dev.ligo.it.TestBackends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Regions that are run again on the way back need the memory of one, on an engine's own memory. */
@EnabledOnOs(OS.LINUX)
class RecomputationMemoryTest {
  private static final Path PROC = Path.of("/proc/self");
  private static final Shape SHAPE = Shape.of(1024, 1024);
  private static final long BYTES = SHAPE.size() * DType.FLOAT32.bytes();
  private static final int REGIONS = 16;

  /** The arrays of a region that its gradient needs. */
  private static final int KEPT = 8;

  /** The exit status of a process that cannot reset the peak of its memory. */
  private static final int NO_RESET = 3;

  static List<String> engines() {
    return TestBackends.names();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void theMemoryIsThatOfOneRegion(String engine) throws Exception {
    long recomputed = ofProcess(engine, true);
    long kept = ofProcess(engine, false);
    assertThat(kept - recomputed)
        .as("%d bytes with regions kept, %d recomputed", kept, recomputed)
        .isGreaterThan(REGIONS * KEPT * BYTES / 2);
  }

  /** Measures in a new process: what tests before this one have freed would be used again here. */
  private static long ofProcess(String engine, boolean recomputed) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Measured.class.getName(),
                engine,
                Boolean.toString(recomputed))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), US_ASCII).strip();
    int code = process.waitFor();
    assumeTrue(code != NO_RESET, "the peak of the process's memory cannot be reset");
    assertThat(code).isZero();
    return Long.parseLong(printed);
  }

  /** Prints the most resident memory of a run on an engine. */
  static final class Measured {
    private Measured() {}

    public static void main(String[] args) throws IOException {
      try (Backend backend = Backends.open(args[0], BackendOptions.cpu())) {
        peak(backend, 1, Tensors::recomputed); // what an engine takes once
        Way way = Boolean.parseBoolean(args[1]) ? Tensors::recomputed : Tensors::scopeOf;
        System.out.println(peak(backend, REGIONS, way));
      }
    }
  }

  private interface Way {
    Tensor run(Tensors t, Supplier<Tensor> region);
  }

  /** Returns the most resident memory during a run. */
  private static long peak(Backend backend, int regions, Way way) throws IOException {
    Program program =
        (t, in) ->
            t.valueAndGradients(v -> new Tensors.Loss(loss(t, v, regions, way)), in).gradients();
    try (Computation c = backend.compile(program);
        DeviceArray x = backend.array(HostArray.zeros(DType.FLOAT32, SHAPE))) {
      try {
        Files.writeString(PROC.resolve("clear_refs"), "5"); // the peak begins anew
      } catch (IOException e) {
        System.exit(NO_RESET);
      }
      c.run(Map.of("x", x)).values().forEach(DeviceArray::close);
      return peak();
    }
  }

  private static Tensor loss(Tensors t, NamedTensors v, int regions, Way way) {
    Tensor h = v.get("x");
    for (int i = 0; i < regions; i++) {
      Tensor from = h;
      h = way.run(t, () -> region(from));
    }
    return h.sum();
  }

  private static Tensor region(Tensor x) {
    Tensor h = x;
    for (int i = 0; i < KEPT; i++) {
      h = h.tanh();
    }
    return h;
  }

  private static long peak() throws IOException {
    return Files.readAllLines(PROC.resolve("status"), US_ASCII).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
        .findFirst()
        .orElseThrow();
  }
}
