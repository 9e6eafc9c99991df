package dev.ligo.api.spi;

import dev.ligo.api.BackendOptions;
import dev.ligo.api.Device;
import dev.ligo.api.Precision;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The service type of a backend. A module declares {@code provides BackendProvider with …}; for the
 * class path the same is named in {@code META-INF/services}. Creating a provider loads nothing.
 */
public interface BackendProvider {
  /** {@return the name by which users choose the backend, in lower case, such as "pytorch"} */
  String name();

  /**
   * {@return why the backend could not run here (natives for another platform, say), or empty if it
   * could} Loads no natives.
   */
  Optional<String> obstacle();

  /**
   * {@return what the backend is meant for where it is no engine to work with, such as "for tests:
   * slow and exact", or empty for an engine} One with such a purpose is opened by its name alone,
   * never as the default.
   */
  default Optional<String> purpose() {
    return Optional.empty();
  }

  /** {@return what products can be computed in; another precision is refused before opening} */
  default Set<Precision> precisions() {
    return Set.of(Precision.FLOAT32);
  }

  /**
   * {@return whether there is a device of this kind that it can compute on, here or elsewhere;
   * another is refused before opening} Loads no natives. By default {@link #open} alone knows.
   *
   * @param device the device that is asked for
   */
  default boolean computesOn(Device device) {
    return true;
  }

  /**
   * {@return the native libraries that {@link #open} would load and that come packed, or empty if
   * there are none} They are unpacked before it is called. Loads no natives.
   */
  default Optional<PackedLibraries> libraries() {
    return Optional.empty();
  }

  /**
   * Returns what computing on a kind of device needs, met or not, in the order in which to see to
   * it: the driver before the libraries that call it, say. Loads no natives.
   *
   * @param kind the kind of device
   * @return the requirements, none where the backend does not compute on such devices or needs
   *     nothing but itself
   */
  default List<Requirement> requirements(Device.Kind kind) {
    return List.of();
  }

  /**
   * Loads the engine and opens it on a device.
   *
   * @param options the device, the number of threads and the precision
   * @return the engine, which the caller closes
   * @throws dev.ligo.api.BackendException if it cannot be opened as asked, with what to do; a
   *     device that is absent is never replaced by another
   */
  Engine<?> open(BackendOptions options);
}
