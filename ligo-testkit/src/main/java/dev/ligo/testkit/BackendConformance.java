package dev.ligo.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendInfo;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Device;
import dev.ligo.api.spi.BackendProvider;
import dev.ligo.api.spi.Requirement;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/**
 * Holds a backend to the contract of {@code dev.ligo.api.spi}. The author of a backend extends this
 * class in a test, overrides {@link #open} and declares {@link #behaviours}; the backend is done
 * when the test passes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class BackendConformance
    implements OperationContract,
        DifferentiationContract,
        ScopeContract,
        RecomputationContract,
        DropoutContract,
        OptimizerContract,
        PurityContract,
        TransferContract,
        RefusalContract,
        LifeCycleContract,
        ThreadContract,
        BehaviourContract,
        LigoContract {
  private Backend backend;
  private Backend composed;

  /** Creates the test. */
  protected BackendConformance() {}

  /** Opens the backend under test. */
  protected abstract Backend open();

  /**
   * Declares in which of the ways that the contract leaves open the backend behaves; without a word
   * an eager engine with exact integers and a number of threads for each backend.
   */
  protected Set<Behaviour> behaviours() {
    return EnumSet.of(Behaviour.EXACT_INT64, Behaviour.THREADS_OF_ITS_OWN);
  }

  /**
   * Returns the provider of the backend that {@link #open} opens; it is looked up by the backend's
   * name among the services, so that only a provider that is no service overrides this.
   */
  protected BackendProvider provider() {
    return ServiceLoader.load(BackendProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(p -> p.name().equals(backend.name()))
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    "no service provides backend '" + backend.name() + "'; override provider()."));
  }

  /** Opens what the tests share. */
  @BeforeAll
  public final void openShared() {
    backend = open();
    BackendInfo info = backend.info();
    composed =
        Backend.open(
            new DecoratedProvider(provider(), PrimitiveKernels::of),
            new BackendOptions(info.device(), OptionalInt.of(info.threads())));
  }

  /** Closes what the tests share. */
  @AfterAll
  public final void closeShared() {
    composed.close();
    backend.close();
  }

  /** Checks that a test left no array behind. */
  @AfterEach
  public final void nothingIsLeft() {
    assertThat(backend.liveArrays()).as("arrays that a test left").isZero();
    assertThat(composed.liveArrays()).as("arrays that a test left").isZero();
  }

  @Override
  public final Backend backend() {
    return backend;
  }

  @Override
  public final Backend composed() {
    return composed;
  }

  @Override
  public final Backend another() {
    return open();
  }

  @Override
  public final Backend with(BackendOptions options) {
    return Backend.open(provider(), options);
  }

  @Override
  public final List<Requirement> requirements(Device.Kind kind) {
    return provider().requirements(kind);
  }

  @Override
  public final boolean has(Behaviour behaviour) {
    return behaviours().contains(behaviour);
  }
}
