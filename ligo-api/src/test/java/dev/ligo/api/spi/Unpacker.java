package dev.ligo.api.spi;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process that unpacks libraries, and is held up in the middle until a file is there. */
final class Unpacker {
  private Unpacker() {}

  /**
   * Takes the jar, the directory, what the files are called by which it says that it was told of
   * the unpacking and that it has begun, and the file to wait for.
   */
  public static void main(String[] arguments) throws IOException {
    Path go = Path.of(arguments[3]);
    libraries(Path.of(arguments[0]), Path.of(arguments[1]))
        .unpack(
            (bytes, total) -> {
              try {
                if (bytes == 0) {
                  Files.createFile(Path.of(arguments[2] + ".told"));
                } else if (bytes < total && !Files.exists(go)) {
                  Files.createFile(Path.of(arguments[2] + ".begun"));
                  await(go);
                }
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
  }

  static PackedLibraries libraries(Path jar, Path directory) throws IOException {
    List<URL> urls = new ArrayList<>();
    for (String name : List.of("large.so", "small.so")) {
      urls.add(URI.create("jar:" + jar.toUri() + "!/lib/" + name).toURL());
    }
    return new PackedLibraries(directory, urls);
  }

  /** Waits until a file is there, a minute at most. */
  static void await(Path file) throws InterruptedException {
    for (int i = 0; i < 600 && !Files.exists(file); i++) {
      Thread.sleep(100);
    }
  }
}
