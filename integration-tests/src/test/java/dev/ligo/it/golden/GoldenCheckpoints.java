package dev.ligo.it.golden;

import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The tiny checkpoints that the golden files belong to, of every family. */
public final class GoldenCheckpoints {
  private static final Path PREDICTIONS = Golden.ROOT.resolve("predictions");

  private GoldenCheckpoints() {}

  /** Returns the names of all, such as "bert/base". */
  public static List<String> names() {
    try (Stream<Path> tree = Files.walk(Golden.ROOT)) {
      return tree.filter(p -> Files.exists(p.resolve("config.json")))
          .filter(p -> !p.startsWith(PREDICTIONS)) // they borrow the weights of others
          .map(p -> Golden.ROOT.relativize(p).toString().replace('\\', '/'))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the directory of one. */
  public static Path directory(String name) {
    return Golden.ROOT.resolve(name);
  }

  /**
   * Returns the plainest checkpoint of a family that has the head of its first task: the one of the
   * shortest name, since a name says what is special.
   */
  public static Optional<String> plainest(Ligo ligo, String family) {
    return names().stream()
        .sorted(Comparator.comparing(String::length))
        .filter(name -> isPretrained(ligo, name, family))
        .findFirst();
  }

  private static boolean isPretrained(Ligo ligo, String name, String family) {
    try (Checkpoint c = ligo.open(directory(name))) {
      return c.model().architecture().name().equals(family)
          && c.model().hasHead(c.model().pretraining());
    }
  }
}
