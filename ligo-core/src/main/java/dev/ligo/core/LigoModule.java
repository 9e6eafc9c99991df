package dev.ligo.core;

import com.google.inject.AbstractModule;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import dev.ligo.api.Backend;
import dev.ligo.api.Services;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.train.TrainingStrategy;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Binds every model family, growth method and training strategy that {@link ServiceLoader} finds,
 * into sets to which other modules may add, {@link Ligo}, and a backend if one is given.
 */
public final class LigoModule extends AbstractModule {
  private final Optional<Backend> backend;

  /** Creates the module without a backend. */
  public LigoModule() {
    backend = Optional.empty();
  }

  /**
   * Creates the module with an open backend, which stays its opener's to close.
   *
   * @param backend the backend to compute on
   */
  public LigoModule(Backend backend) {
    this.backend = Optional.of(backend);
  }

  @Override
  protected void configure() {
    Multibinder<Architecture<?>> architectures =
        Multibinder.newSetBinder(binder(), new TypeLiteral<Architecture<?>>() {});
    for (Architecture<?> a : Services.load("family", ServiceLoader.load(Architecture.class))) {
      architectures.addBinding().toInstance(a);
    }
    Multibinder<GrowthMethod> methods = Multibinder.newSetBinder(binder(), GrowthMethod.class);
    Services.load("growth method", ServiceLoader.load(GrowthMethod.class))
        .forEach(m -> methods.addBinding().toInstance(m));
    Multibinder<TrainingStrategy> strategies =
        Multibinder.newSetBinder(binder(), TrainingStrategy.class);
    Services.load("training strategy", ServiceLoader.load(TrainingStrategy.class))
        .forEach(s -> strategies.addBinding().toInstance(s));
    bind(Ligo.class);
    backend.ifPresent(b -> bind(Backend.class).toInstance(b));
  }
}
