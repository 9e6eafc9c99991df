package dev.ligo.api.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.BackendException;
import dev.ligo.api.CancelledException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackedLibrariesTest {
  private static final long TIME = 1_700_000_000_000L;
  private static final byte[] LARGE = bytes(3_000_000);
  private static final byte[] SMALL = bytes(10);

  @TempDir Path scratch;
  private Path jar;
  private Path directory;

  @BeforeEach
  void pack() throws IOException {
    jar = scratch.resolve("natives.jar");
    directory = scratch.resolve("cache/1.0-linux");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (Map.Entry<String, byte[]> e :
          Map.of("lib/large.so", LARGE, "lib/small.so", SMALL).entrySet()) {
        JarEntry entry = new JarEntry(e.getKey());
        entry.setTime(TIME);
        out.putNextEntry(entry);
        out.write(e.getValue());
      }
    }
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  private PackedLibraries libraries() throws IOException {
    return Unpacker.libraries(jar, directory);
  }

  private void assertWhole() throws IOException {
    assertThat(directory.resolve("large.so")).hasBinaryContent(LARGE);
    assertThat(directory.resolve("small.so")).hasBinaryContent(SMALL);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void librariesAreUnpackedOnceWithTheirTimes() throws IOException {
    List<Long> told = new ArrayList<>();
    libraries().unpack((bytes, total) -> told.add(total == 3_000_010 ? bytes : -1));
    assertWhole();
    assertThat(Files.getLastModifiedTime(directory.resolve("large.so")).toMillis()).isEqualTo(TIME);
    assertThat(told).isSorted().startsWith(0L).endsWith(3_000_000L, 3_000_010L);
    assertThat(told).hasSizeGreaterThan(4);
    told.clear();
    libraries().unpack((bytes, total) -> told.add(bytes));
    assertThat(told).isEmpty();
  }

  @Test
  void aDirectoryThatIsNoJarIsReadToo() throws IOException {
    Path file = Files.write(scratch.resolve("small.so"), SMALL);
    new PackedLibraries(directory, List.of(file.toUri().toURL()))
        .unpack(PackedLibraries.Listener.SILENT);
    assertThat(directory.resolve("small.so")).hasBinaryContent(SMALL);
  }

  /** A process may have been killed, or another program may have cut a file short. */
  @Test
  void whatIsMissingOrCutShortIsUnpackedAlone() throws IOException {
    Files.createDirectories(directory);
    Path whole = Files.write(directory.resolve("large.so"), LARGE);
    FileTime before = Files.getLastModifiedTime(whole);
    Files.write(directory.resolve("small.so"), new byte[3]);
    Files.write(directory.resolve("small.so.part"), new byte[5]);
    libraries().unpack((bytes, total) -> assertThat(total).isEqualTo(SMALL.length));
    assertWhole();
    assertThat(Files.getLastModifiedTime(whole)).isEqualTo(before);
  }

  @Test
  void whoFollowsItMayEndIt() throws IOException {
    assertThatThrownBy(
            () ->
                libraries()
                    .unpack(
                        (bytes, total) -> {
                          if (bytes > 0) {
                            throw new CancelledException("enough.");
                          }
                        }))
        .isInstanceOf(CancelledException.class);
    assertThat(directory).isEmptyDirectory();
    libraries().unpack(PackedLibraries.Listener.SILENT);
    assertWhole();
  }

  @Test
  void aDirectoryThatCannotBeMadeIsNamed() throws IOException {
    Files.write(directory.getParent(), SMALL);
    assertThatThrownBy(() -> libraries().unpack(PackedLibraries.Listener.SILENT))
        .isInstanceOf(BackendException.class)
        .hasMessageStartingWith("native libraries cannot be unpacked into " + directory + ": ")
        .hasMessageEndingWith("; it must be writable, and have room for them.");
  }

  /** The first is held up in the middle; the second, begun meanwhile, waits and unpacks nothing. */
  @Test
  void ofTwoProcessesOneUnpacksAndTheOtherWaits() throws Exception {
    Path go = scratch.resolve("go");
    Process first = process("first", go);
    Process second = null;
    try {
      await(scratch.resolve("first.begun"));
      second = process("second", scratch.resolve("never"));
      await(scratch.resolve("second.told"));
      assertThat(second.waitFor(300, TimeUnit.MILLISECONDS)).as("does not wait").isFalse();
      assertThat(scratch.resolve("second.begun")).doesNotExist();
      Files.createFile(go);
      for (Process each : List.of(first, second)) {
        assertThat(each.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(each.exitValue()).isZero();
      }
      assertThat(scratch.resolve("second.begun")).doesNotExist();
      assertWhole();
    } finally {
      first.destroyForcibly();
      if (second != null) {
        second.destroyForcibly();
      }
    }
  }

  private Process process(String name, Path go) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            "target/classes:target/test-classes".replace(":", System.getProperty("path.separator")),
            Unpacker.class.getName(),
            jar.toString(),
            directory.toString(),
            scratch.resolve(name).toString(),
            go.toString())
        .inheritIO()
        .start();
  }

  private static void await(Path file) throws InterruptedException {
    Unpacker.await(file);
    assertThat(file).exists();
  }
}
