package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.HostArray;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.CheckpointWriter;
import dev.ligo.core.OpenOptions;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.ModelSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Checkpoint directories of a family. */
final class Directories {
  private Directories() {}

  /** What is written in a dialect is read, and written again as the same bytes. */
  static void dialects(Family family, Path scratch) {
    ModelSpec<?> model = family.small();
    Map<String, HostArray> values = Family.values(model, 1);
    int number = 0;
    for (Dialect dialect : family.architecture().dialects()) {
      Path first = scratch.resolve("dialect" + number);
      Path second = scratch.resolve("dialect" + number++ + "-again");
      write(model, values, dialect, first);
      try (Checkpoint read = open(family, first)) {
        assertSame(read, values, dialect.name());
        Map<String, HostArray> again = new TreeMap<>();
        read.shapes().keySet().forEach(n -> again.put(n, read.read(n)));
        write(read.model(), again, read.dialect(), second);
      }
      assertThat(second.resolve("model.safetensors"))
          .as("weights in the dialect '%s', written again", dialect.name())
          .hasSameBinaryContentAs(first.resolve("model.safetensors"));
    }
  }

  static void assertLoads(
      Family family, ModelSpec<?> model, Map<String, HostArray> values, Path directory) {
    write(model, values, model.dialect(), directory);
    try (Checkpoint read = open(family, directory)) {
      assertSame(read, values, "written");
    }
  }

  private static Checkpoint open(Family family, Path directory) {
    return Family.fitting(
        () -> Checkpoint.open(directory, List.of(family.architecture()), OpenOptions.DEFAULT));
  }

  private static void assertSame(
      Checkpoint read, Map<String, HostArray> values, String description) {
    assertThat(read.shapes().keySet()).as(description).isEqualTo(values.keySet());
    values.forEach((n, a) -> assertThat(read.read(n).bytes()).as(n).isEqualTo(a.bytes()));
  }

  private static void write(
      ModelSpec<?> model, Map<String, HostArray> values, Dialect dialect, Path directory) {
    try (CheckpointWriter writer =
        CheckpointWriter.create(directory, model, dialect, n -> FileDType.F64, Map.of())) {
      values.forEach(writer::write);
      writer.finish(Map.of(), "A test.", Map.of());
    }
  }
}
