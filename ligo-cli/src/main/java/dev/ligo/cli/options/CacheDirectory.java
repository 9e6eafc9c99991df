package dev.ligo.cli.options;

import dev.ligo.core.checkpoint.HubCache;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * Where token ids are kept between runs: {@code LIGO_CACHE}, or where the platform keeps caches.
 */
public final class CacheDirectory {
  private CacheDirectory() {}

  /** Returns the directory of this process. */
  public static Path ofProcess() {
    return of(System.getenv(), System.getProperty("os.name"), HubCache.home(System.getenv()));
  }

  public static Path of(Map<String, String> environment, String system, Path home) {
    String own = environment.getOrDefault("LIGO_CACHE", "");
    if (!own.isEmpty()) {
      return Path.of(own);
    }
    return platform(environment, system.toLowerCase(Locale.ROOT), home).resolve("ligo");
  }

  private static Path platform(Map<String, String> environment, String system, Path home) {
    if (system.startsWith("mac")) {
      return home.resolve("Library").resolve("Caches");
    }
    boolean windows = system.startsWith("windows");
    String named = environment.getOrDefault(windows ? "LOCALAPPDATA" : "XDG_CACHE_HOME", "");
    if (!named.isEmpty()) {
      return Path.of(named);
    }
    return windows ? home.resolve("AppData").resolve("Local") : home.resolve(".cache");
  }
}
