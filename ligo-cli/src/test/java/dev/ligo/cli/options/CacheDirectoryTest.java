package dev.ligo.cli.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheDirectoryTest {
  private static final Path HOME = Path.of("home");

  @Test
  void theUsersChoiceComesFirst() {
    assertThat(CacheDirectory.of(Map.of("LIGO_CACHE", "mine"), "Linux", HOME))
        .isEqualTo(Path.of("mine"));
  }

  @Test
  void everyPlatformHasItsPlace() {
    assertThat(CacheDirectory.of(Map.of(), "Linux", HOME))
        .isEqualTo(Path.of("home", ".cache", "ligo"));
    assertThat(CacheDirectory.of(Map.of("XDG_CACHE_HOME", "xdg"), "Linux", HOME))
        .isEqualTo(Path.of("xdg", "ligo"));
    assertThat(CacheDirectory.of(Map.of("XDG_CACHE_HOME", "xdg"), "Mac OS X", HOME))
        .isEqualTo(Path.of("home", "Library", "Caches", "ligo"));
    assertThat(CacheDirectory.of(Map.of("LOCALAPPDATA", "local"), "Windows 11", HOME))
        .isEqualTo(Path.of("local", "ligo"));
    assertThat(CacheDirectory.of(Map.of(), "Windows 11", HOME))
        .isEqualTo(Path.of("home", "AppData", "Local", "ligo"));
  }
}
