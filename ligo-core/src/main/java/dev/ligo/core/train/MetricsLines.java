package dev.ligo.core.train;

import com.google.gson.JsonObject;
import dev.ligo.core.checkpoint.JsonValue;
import dev.ligo.core.io.Durability;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** The metrics that a run wrote, of which whole lines are taken up. */
final class MetricsLines {
  private MetricsLines() {}

  /** Returns the lines of metrics up to the step at which the run goes on. */
  static List<JsonObject> upTo(Path file, long last) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    // Bytes that are no text do not stop a run.
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    return text.lines()
        .flatMap(l -> line(l).stream())
        .filter(o -> o.get("step").getAsLong() <= last)
        .toList();
  }

  /** Writes the lines of a run that goes on, and returns what appends to them. */
  static BufferedWriter goOn(Path file, List<JsonObject> lines) throws IOException {
    StringBuilder text = new StringBuilder();
    lines.forEach(l -> text.append(l).append('\n'));
    Durability.replace(file, text.toString());
    return new BufferedWriter(
        new OutputStreamWriter(
            Files.newOutputStream(file, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS),
            StandardCharsets.UTF_8));
  }

  /** Appends a line. Where that fails, nothing of it is left to be tried again. */
  static void append(BufferedWriter metrics, JsonObject line) throws IOException {
    try {
      metrics.write(line + "\n");
      metrics.flush();
    } catch (IOException e) {
      try {
        metrics.close();
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  private static Optional<JsonObject> line(String text) {
    try {
      JsonValue line = JsonValue.parse(text, TrainingException::new);
      line.get("step").whole(0, Long.MAX_VALUE);
      return line.get("seconds").number() >= 0 ? Optional.of(line.object()) : Optional.empty();
    } catch (TrainingException e) {
      return Optional.empty(); // a line that an interruption cut off, or that is damaged
    }
  }
}
