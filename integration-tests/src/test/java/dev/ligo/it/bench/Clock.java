package dev.ligo.it.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A clock for benchmarks. */
enum Clock {
  /** The time that passes. */
  WALL {
    @Override
    long now() {
      return System.nanoTime();
    }
  },

  /** The time that processors gave to all threads of the process: for a machine in use. */
  CPU {
    @Override
    long now() {
      // The kernel counts a running thread at its ticks alone, and Java asks it for this one's
      // time.
      long own = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      try (Stream<Path> threads = Files.list(THREADS)) {
        Path self = OWN.toRealPath().getFileName();
        return own
            + threads
                .filter(t -> !t.getFileName().equals(self))
                .mapToLong(Clock::onProcessor)
                .sum();
      } catch (IOException e) {
        throw new SkippedException("the processor's time is read from Linux's " + THREADS);
      }
    }
  };

  private static final Path THREADS = Path.of("/proc/self/task");
  private static final Path OWN = Path.of("/proc/thread-self");

  /** Returns nanoseconds since some moment. */
  abstract long now();

  /** Returns the seconds that some work takes. */
  double time(Runnable work) {
    long begun = now();
    work.run();
    return (now() - begun) / 1e9;
  }

  private static long onProcessor(Path thread) {
    try {
      String line = Files.readString(thread.resolve("schedstat"));
      return Long.parseLong(line.substring(0, line.indexOf(' ')));
    } catch (IOException e) {
      return 0; // it ended meanwhile
    }
  }
}
