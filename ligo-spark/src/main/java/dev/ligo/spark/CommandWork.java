package dev.ligo.spark;

import dev.ligo.api.Backend;
import dev.ligo.cli.options.ChosenBackend;
import java.util.function.Function;

/**
 * A part of a command's work in an executor, with the backend that it is done on.
 *
 * @param backend the backend
 * @param work does the work
 * @param <W> what does it
 */
record CommandWork<W extends AutoCloseable>(ChosenBackend backend, W work)
    implements AutoCloseable {
  /** Opens the backend, and makes on it what does the work. */
  static <W extends AutoCloseable> CommandWork<W> open(
      ChosenBackend backend, Function<Backend, W> making) {
    try {
      return new CommandWork<>(backend, making.apply(backend.get()));
    } catch (RuntimeException | Error e) {
      backend.close();
      throw e;
    }
  }

  @Override
  public void close() {
    try (backend) {
      Workshop.close(work);
    }
  }
}
