package dev.ligo.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A state that is not as it was written is named, passed over and replaced. */
class DamagedStatesTest {
  private static final RunIdentity RUN = RunIdentity.of(new JsonObject());

  @TempDir Path directory;

  private static Map<String, HostArray> values(float first) {
    return Map.of("variable/w", HostArray.of(Shape.of(2), first, 2f));
  }

  private static List<String> entries(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  /** A changed bit anywhere, a block of zeros or a missing end: the state before is used. */
  @ParameterizedTest
  @ValueSource(strings = {"bit", "zeros", "cut", "step", "empty"})
  void aDamagedStateIsNamedAndTheOneBeforeIsUsed(String damage) throws IOException {
    Path run = directory.resolve("run");
    try (TrainingDirectory d = TrainingDirectory.open(run, RUN, false)) {
      for (int step = 1; step <= 4; step++) {
        d.save(step, values(step));
      }
    }
    Path beside = TrainingDirectory.beside(run);
    assertThat(entries(beside))
        .contains("state-0000000003.safetensors", "state-0000000004.safetensors")
        .doesNotContain("state-0000000002.safetensors");
    Path newest = beside.resolve("state-0000000004.safetensors");
    Files.write(newest, damaged(Files.readAllBytes(newest), damage));
    assertThat(TrainingDirectory.savedStep(run)).hasValue(3);
    try (TrainingDirectory d = TrainingDirectory.open(run, RUN, true)) {
      TrainingDirectory.Saved saved = d.saved().orElseThrow();
      assertThat(saved.step()).isEqualTo(3);
      assertThat(saved.values().get("variable/w").get(0)).isEqualTo(3);
    }
    Path before = beside.resolve("state-0000000003.safetensors");
    Files.write(before, damaged(Files.readAllBytes(before), damage));
    assertThatThrownBy(() -> TrainingDirectory.open(run, RUN, true))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll("state-0000000004.safetensors", "is damaged", "No earlier state");
  }

  /** A damaged state takes no place of a whole one, and is made again when its step is reached. */
  @ParameterizedTest
  @ValueSource(strings = {"bit", "cut", "empty"})
  void aDamagedStateIsReplacedWhenItsStepIsReached(String damage) throws IOException {
    Path run = directory.resolve("run");
    try (TrainingDirectory d = TrainingDirectory.open(run, RUN, false)) {
      d.save(3, values(3));
      d.save(6, values(6));
    }
    Path newest = TrainingDirectory.beside(run).resolve("state-0000000006.safetensors");
    Files.write(newest, damaged(Files.readAllBytes(newest), damage));
    try (TrainingDirectory d = TrainingDirectory.open(run, RUN, true)) {
      d.save(5, values(5));
      assertThat(states(run)).containsExactly("3", "5", "6");
      d.save(6, values(6));
      assertThat(states(run)).containsExactly("5", "6");
    }
    assertThat(TrainingDirectory.savedStep(run)).hasValue(6);
    Files.write(newest, damaged(Files.readAllBytes(newest), damage));
    assertThat(TrainingDirectory.savedStep(run)).hasValue(5);
    try (TrainingDirectory d = TrainingDirectory.open(run, RUN, true)) {
      d.save(7, values(7));
    }
    assertThat(states(run)).containsExactly("5", "7");
  }

  /** The step is in the checksum, and in the name only for the order. */
  @Test
  void aStateUnderTheNameOfAnotherStepIsDamaged() throws IOException {
    Path run = directory.resolve("run");
    try (TrainingDirectory d = TrainingDirectory.open(run, RUN, false)) {
      d.save(3, values(3));
      d.save(6, values(6));
    }
    Path beside = TrainingDirectory.beside(run);
    Files.copy(
        beside.resolve("state-0000000003.safetensors"),
        beside.resolve("state-0000000029.safetensors"));
    assertThat(TrainingDirectory.savedStep(run)).hasValue(6);
    Files.delete(beside.resolve("state-0000000003.safetensors"));
    Files.delete(beside.resolve("state-0000000006.safetensors"));
    assertThatThrownBy(() -> TrainingDirectory.open(run, RUN, true))
        .isInstanceOf(TrainingException.class)
        .hasMessageContainingAll("state-0000000029", "is damaged: it holds the state after step 3");
  }

  private static List<String> states(Path run) throws IOException {
    return entries(TrainingDirectory.beside(run)).stream()
        .filter(name -> name.startsWith("state-"))
        .map(name -> name.replaceAll("state-0*(\\d+)\\..*", "$1"))
        .toList();
  }

  private static byte[] damaged(byte[] state, String how) {
    byte[] copy = state.clone();
    switch (how) {
      case "bit" -> copy[copy.length - 3] ^= 1;
      case "zeros" -> Arrays.fill(copy, copy.length - 8, copy.length, (byte) 0);
      case "cut" -> copy = Arrays.copyOf(copy, copy.length - 1);
      case "empty" -> copy = new byte[0];
      default -> {
        String text = new String(copy, StandardCharsets.ISO_8859_1);
        String other = text.replaceFirst("(\"ligo.step\":\")\\d", "$19");
        assertThat(other).isNotEqualTo(text);
        copy = other.getBytes(StandardCharsets.ISO_8859_1);
      }
    }
    return copy;
  }
}
