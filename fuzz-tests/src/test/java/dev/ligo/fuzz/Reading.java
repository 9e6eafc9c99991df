package dev.ligo.fuzz;

import com.sun.management.ThreadMXBean;
import dev.ligo.api.LigoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Reads files that a fuzzer has made, and holds their readers to what {@code docs/reliability.md}
 * promises: a file is read or refused by a {@link LigoException}, in a second, in little memory.
 */
final class Reading {
  /** The bytes that a reader may allocate for each byte of the file. */
  private static final long PER_BYTE = 10;

  /** The bytes that it may allocate besides: for buffers, and what Jazzer adds to each call. */
  private static final long ANYWAY = 32 << 20;

  /** The longest that a reader may compute, in nanoseconds. */
  private static final long LONGEST = 1_000_000_000;

  /** The readings of which one must be quick enough: in the first, classes are loaded. */
  private static final int TIMES = 3;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Path directory;

  private Reading(Path directory) {
    this.directory = directory;
  }

  /** Makes a directory to read from, which is removed when the process ends. */
  static Reading inScratch() {
    try {
      Path directory = Files.createTempDirectory("ligo-fuzz");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(directory)));
      return new Reading(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the directory. */
  Path directory() {
    return directory;
  }

  /** Puts a file into the directory. */
  Path put(String name, byte[] content) {
    try {
      Path file = directory.resolve(name);
      Files.createDirectories(file.getParent());
      return Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts a file into the directory and lets it be read. */
  void of(String name, byte[] content, Consumer<Path> reader) {
    Path file = put(name, content);
    String excess = excess(file, content.length, reader);
    for (int i = 1; i < TIMES && !excess.isEmpty(); i++) {
      excess = excess(file, content.length, reader);
    }
    if (!excess.isEmpty()) {
      throw new AssertionError("reading " + content.length + " bytes " + excess);
    }
  }

  /** Lets a file be read; returns what was too much, nothing if all was well. */
  private static String excess(Path file, int bytes, Consumer<Path> reader) {
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    long began = THREADS.getCurrentThreadCpuTime();
    try {
      reader.accept(file);
    } catch (LigoException refused) {
      // As it should be.
    }
    long took = THREADS.getCurrentThreadCpuTime() - began;
    allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
    if (allocated > ANYWAY + PER_BYTE * bytes) {
      return "allocated " + allocated + " bytes";
    }
    return took > LONGEST ? "took " + took / 1_000_000 + " ms" : "";
  }

  private static void remove(Path directory) {
    try (Stream<Path> tree = Files.walk(directory)) {
      tree.sorted((a, b) -> b.compareTo(a)).forEach(p -> p.toFile().delete());
    } catch (IOException e) {
      // It is in the directory for temporary files.
    }
  }
}
