package dev.ligo.core.data;

import dev.ligo.core.io.Abandoned;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Pattern;

/** The names of the files in a cache of token ids. */
public final class CacheFiles {
  private static final Pattern WHOLE = Pattern.compile("[0-9a-f]{64}\\.ids");
  private static final Pattern PARTIAL =
      Pattern.compile("[0-9a-f]{64}\\.ids\\.[0-9a-f-]{36}\\.tmp");

  private CacheFiles() {}

  /**
   * {@return the file of some content}
   *
   * @param cache the directory
   * @param key the SHA-256 of what the content was made of
   */
  public static Path at(Path cache, String key) {
    return cache.resolve(key + ".ids");
  }

  /**
   * {@return where a file stands until it is whole, which is new} What killed processes have left
   * there is removed.
   *
   * @param file the file
   */
  public static Path partial(Path file) {
    Abandoned.removeFrom(file.getParent(), name -> PARTIAL.matcher(name).matches());
    return file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".tmp");
  }

  /**
   * {@return whether a cache has files of such a name, whole or not}
   *
   * @param name the name
   */
  public static boolean isOne(String name) {
    return WHOLE.matcher(name).matches() || PARTIAL.matcher(name).matches();
  }
}
