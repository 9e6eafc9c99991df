package dev.ligo.fuzz;

import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.FileSpec;
import dev.ligo.core.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Whole files, from which a fuzzer begins. */
final class Seeds {
  /** A fuzzer gets on by short files. */
  private static final int LONGEST = 8000;

  private Seeds() {}

  /** Returns the short files of a name below a directory. */
  static Stream<byte[]> named(String name, Path directory) {
    return below(directory, file -> file.getFileName().toString().equals(name));
  }

  /** Returns the short files below a directory that are wanted. */
  static Stream<byte[]> below(Path directory, Predicate<Path> wanted) {
    try (Stream<Path> tree = Files.walk(directory)) {
      return tree
          .filter(Files::isRegularFile)
          .filter(wanted)
          .filter(file -> file.toFile().length() < LONGEST)
          .sorted()
          .map(Seeds::bytes)
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns what is written to a file. */
  static byte[] written(Consumer<Path> writer) {
    try {
      Path file = Files.createTempFile("ligo-seed", ".tmp");
      Files.delete(file);
      writer.accept(file);
      byte[] bytes = bytes(file);
      Files.delete(file);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a safetensors file with a tensor of a dtype. */
  static byte[] safetensors(FileDType dtype) {
    HostArray values = HostArray.of(Shape.of(2, 2), 0, 1, 1, 0);
    return safetensors(dtype, Map.of("weight", values), Map.of("format", "pt"));
  }

  /** Returns a safetensors file. */
  static byte[] safetensors(
      FileDType dtype, Map<String, HostArray> values, Map<String, String> metadata) {
    SortedMap<String, FileSpec> specs = new TreeMap<>();
    values.forEach((name, array) -> specs.put(name, new FileSpec(dtype, array.shape())));
    return written(
        file -> {
          try (SafetensorsWriter writer = SafetensorsWriter.create(file, specs, metadata)) {
            values.forEach((name, array) -> writer.write(name, array.as(dtype.memory())));
          }
        });
  }

  static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
