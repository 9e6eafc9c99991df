package dev.ligo.core.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a loss of power leaves of files that were changed. A content is on the disk when the file is
 * forced, and half of it is lost before. A name that was created, deleted or moved is so when its
 * directory is forced; before, the disk may have any of the changes and lack any other.
 */
final class DurableFiles {
  /** A file or directory, whatever names it has. */
  private static final class Node {
    private final boolean directory;
    private byte[] forced = {};

    Node(boolean directory) {
      this.directory = directory;
    }
  }

  /** A change of names in one directory: what a name stands for from then on, empty for nothing. */
  private record Change(Path directory, SortedMap<Path, Optional<Node>> names) {}

  private final SortedMap<Path, Node> names = new TreeMap<>();
  private final SortedMap<Path, Node> durable = new TreeMap<>();
  private final List<Change> pending = new ArrayList<>();

  private void change(Path directory, Map<Path, Optional<Node>> changed) {
    Change change = new Change(directory, new TreeMap<>(changed));
    apply(change, names);
    pending.add(change);
  }

  private static void apply(Change change, Map<Path, Node> to) {
    change
        .names()
        .forEach((name, node) -> node.ifPresentOrElse(n -> to.put(name, n), () -> to.remove(name)));
  }

  /** A file or directory was created, and is empty. */
  void created(Path path) {
    change(path.getParent(), Map.of(path, Optional.of(new Node(Files.isDirectory(path)))));
  }

  /** A file or directory was deleted. */
  void deleted(Path path) {
    change(path.getParent(), Map.of(path, Optional.empty()));
  }

  /** A file has another name in its directory, from where another may have gone. */
  void moved(Path from, Path to) {
    change(to.getParent(), Map.of(from, Optional.empty(), to, Optional.of(names.get(from))));
  }

  /** The content of a file, or the names in a directory, were written through to the disk. */
  void forced(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      pending.stream().filter(c -> c.directory().equals(path)).forEach(c -> apply(c, durable));
      pending.removeIf(c -> c.directory().equals(path));
    } else {
      names.get(path).forced = Files.readAllBytes(path);
    }
  }

  /**
   * Returns the changes of names that may be on the disk: none, all, all but one, one alone. They
   * are in order, so that a later one may be there without an earlier one.
   */
  Set<Set<Integer>> outcomes() {
    Set<Integer> all = new HashSet<>();
    for (int i = 0; i < pending.size(); i++) {
      all.add(i);
    }
    Set<Set<Integer>> outcomes = new HashSet<>(List.of(Set.of(), all));
    for (int i : all) {
      Set<Integer> others = new HashSet<>(all);
      others.remove(i);
      outcomes.add(others);
      outcomes.add(Set.of(i));
    }
    return outcomes;
  }

  /**
   * Writes the files as a loss of power leaves them.
   *
   * @param live where they are
   * @param to where they are written
   * @param outcome the changes of names that are on the disk
   */
  void write(Path live, Path to, Set<Integer> outcome) throws IOException {
    SortedMap<Path, Node> left = new TreeMap<>(durable);
    for (int i = 0; i < pending.size(); i++) {
      if (outcome.contains(i)) {
        apply(pending.get(i), left);
      }
    }
    Map<Node, byte[]> contents = new HashMap<>();
    for (Map.Entry<Path, Node> e : names.entrySet()) {
      if (!e.getValue().directory) {
        contents.put(e.getValue(), Files.readAllBytes(e.getKey()));
      }
    }
    Files.createDirectories(to);
    for (Map.Entry<Path, Node> e : left.entrySet()) {
      Path target = to.resolve(live.relativize(e.getKey()).toString());
      if (!Files.isDirectory(target.getParent())) {
        continue; // its directory is not on the disk
      }
      if (e.getValue().directory) {
        Files.createDirectory(target);
      } else {
        byte[] forced = e.getValue().forced;
        Files.write(target, left(forced, contents.getOrDefault(e.getValue(), forced)));
      }
    }
  }

  /** Returns the content that is left: what was forced, and half of what was changed since. */
  private static byte[] left(byte[] forced, byte[] content) {
    return content.length > forced.length
            && Arrays.equals(forced, Arrays.copyOf(content, forced.length))
        ? Arrays.copyOf(content, (forced.length + content.length) / 2)
        : forced;
  }
}
