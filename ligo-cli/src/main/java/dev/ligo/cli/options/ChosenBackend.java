package dev.ligo.cli.options;

import dev.ligo.api.Backend;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A backend that is opened when it is first asked for, and closed with its command. */
public final class ChosenBackend implements Supplier<Backend>, AutoCloseable {
  private final Supplier<Backend> opener;
  private final Consumer<String> told;
  private @Nullable Backend backend;

  public ChosenBackend(Supplier<Backend> opener, Consumer<String> told) {
    this.opener = opener;
    this.told = told;
  }

  @Override
  public Backend get() {
    if (backend == null) {
      backend = opener.get();
      told.accept("backend: " + backend.name() + ", " + backend.info().describe());
    }
    return backend;
  }

  /** Returns the backend's name if it was needed. */
  public Optional<String> name() {
    return Optional.ofNullable(backend).map(Backend::name);
  }

  @Override
  public void close() {
    if (backend != null) {
      backend.close();
    }
  }
}
