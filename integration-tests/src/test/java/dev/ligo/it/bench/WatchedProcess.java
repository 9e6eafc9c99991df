package dev.ligo.it.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process that was run and watched through Linux's {@code /proc}.
 *
 * @param output what it wrote
 * @param seconds how long it took
 * @param peakBytes the most resident memory it had
 * @param engine whether a library of an engine was mapped into it
 */
record WatchedProcess(List<String> output, double seconds, long peakBytes, boolean engine) {
  private static final long EVERY_MILLISECONDS = 5;

  /**
   * Runs a command to its end.
   *
   * @throws SkippedException where there is no {@code /proc}
   * @throws IllegalStateException if it fails
   */
  static WatchedProcess run(List<String> command) {
    if (!Files.exists(Path.of("/proc/self/status"))) {
      throw new SkippedException("the memory of a process is read from Linux's /proc");
    }
    try {
      return watch(command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static WatchedProcess watch(List<String> command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("ligo-bench", ".log");
    try {
      long begun = System.nanoTime();
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      Path proc = Path.of("/proc", Long.toString(process.pid()));
      long peak = 0;
      boolean engine = false;
      do {
        peak = Math.max(peak, peakBytes(proc));
        engine = engine || mapsEngine(proc);
      } while (!process.waitFor(EVERY_MILLISECONDS, TimeUnit.MILLISECONDS));
      double seconds = (System.nanoTime() - begun) / 1e9;
      List<String> lines = Files.readAllLines(output);
      if (process.exitValue() != 0) {
        throw new IllegalStateException(
            "'" + String.join(" ", command) + "' failed:\n" + String.join("\n", lines));
      }
      return new WatchedProcess(lines, seconds, peak, engine);
    } finally {
      Files.delete(output);
    }
  }

  /** Returns the high-water mark of resident memory so far; 0 if the process has ended. */
  static long peakBytes(Path proc) {
    return lines(proc.resolve("status"))
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
        .findFirst()
        .orElse(0);
  }

  private static boolean mapsEngine(Path proc) {
    return lines(proc.resolve("maps"))
        .anyMatch(line -> line.contains("libtorch") || line.contains("libtensorflow"));
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      return Stream.empty(); // it ended meanwhile
    }
  }
}
