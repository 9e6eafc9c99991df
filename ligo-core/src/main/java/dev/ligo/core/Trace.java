package dev.ligo.core;

import com.google.gson.JsonObject;
import dev.ligo.core.train.TrainingException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the metrics of a run go. It does not end the run if nothing more can be written there, as
 * on a full disk: that is told once, and what follows is left out.
 */
final class Trace {
  private static final Logger LOGGER = LoggerFactory.getLogger(Trace.class);

  private final Consumer<JsonObject> to;
  private boolean lost;

  /**
   * Begins a trace.
   *
   * @param to writes a line, or throws a {@link TrainingException}
   */
  Trace(Consumer<JsonObject> to) {
    this.to = to;
  }

  /** Writes a line, unless an earlier one could not be written. */
  void write(JsonObject line) {
    if (!lost) {
      try {
        to.accept(line);
      } catch (TrainingException e) {
        lost = true;
        LOGGER.warn("{} The run goes on without.", e.getMessage());
      }
    }
  }
}
