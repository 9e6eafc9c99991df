package dev.ligo.api;

import dev.ligo.api.spi.BackendProvider;
import dev.ligo.api.spi.PackedLibraries;
import dev.ligo.api.spi.Requirement;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Finds backends by name through {@link ServiceLoader}. */
public final class Backends {
  /** The backend that is taken where none is named, if it is there. */
  public static final String PREFERRED = "pytorch";

  /**
   * A backend that was found.
   *
   * @param name the name by which to open it
   * @param obstacle why it could not run here, or empty if it could
   * @param purpose what it is meant for where it is no engine to work with, or empty for an engine
   */
  public record Status(String name, Optional<String> obstacle, Optional<String> purpose) {
    /** {@return whether the backend could run here} */
    public boolean usable() {
      return obstacle.isEmpty();
    }
  }

  private Backends() {}

  /** {@return the backends that were found, engines first, by name, without loading natives} */
  public static List<Status> available() {
    return providers().values().stream()
        .map(p -> new Status(p.name(), p.obstacle(), p.purpose()))
        .sorted(Comparator.comparing(s -> s.purpose().isPresent()))
        .toList();
  }

  /**
   * Opens a backend.
   *
   * @param name the backend's name
   * @param options the device and the number of threads
   * @return the backend, to be closed
   * @throws UnknownNameException if none of that name was found, with those that were
   * @throws BackendException if it cannot be opened as asked, with what to do
   */
  public static Backend open(String name, BackendOptions options) {
    return open(name, options, PackedLibraries.Listener.SILENT);
  }

  /**
   * Opens a backend, and tells how far it is with what the first process on a machine has to do: to
   * unpack the engine's native libraries, which takes seconds.
   *
   * @param name the backend's name
   * @param options the device and the number of threads
   * @param unpacking follows the unpacking, if there is anything to unpack
   * @return the backend, to be closed
   * @throws UnknownNameException if none of that name was found, with those that were
   * @throws BackendException if it cannot be opened as asked, with what to do
   */
  public static Backend open(
      String name, BackendOptions options, PackedLibraries.Listener unpacking) {
    return Backend.open(provider(name), options, unpacking);
  }

  private static BackendProvider provider(String name) {
    SortedMap<String, BackendProvider> found = providers();
    BackendProvider p = found.get(name);
    if (p == null) {
      throw new UnknownNameException("backend", name, found.keySet());
    }
    return p;
  }

  /**
   * Refuses what a backend would not be opened for, as far as it declares it: nothing is opened,
   * and no natives are loaded.
   *
   * @param name the backend's name
   * @param options what it is to be opened with
   * @throws UnknownNameException if none of that name was found, with those that were
   * @throws BackendException if it does not compute on the device, or in the precision
   */
  public static void requireAble(String name, BackendOptions options) {
    Backend.requireAble(provider(name), options);
  }

  /**
   * {@return what a backend needs to compute on a kind of device, met or not, in the order in which
   * to see to it; nothing where it does not compute on such devices} Nothing is opened, and no
   * natives are loaded.
   *
   * @param name the backend's name
   * @param kind the kind of device
   * @throws UnknownNameException if none of that name was found, with those that were
   */
  public static List<Requirement> requirements(String name, Device.Kind kind) {
    return provider(name).requirements(kind);
  }

  /**
   * Opens a backend on the CPU.
   *
   * @param name the backend's name
   * @return the backend, to be closed
   */
  public static Backend open(String name) {
    return open(name, BackendOptions.cpu());
  }

  /**
   * {@return the name to open where the user names none: {@value #PREFERRED} if it could run here,
   * otherwise the first engine that could} A backend with a {@linkplain Status#purpose purpose} of
   * its own is never taken without being named.
   *
   * @throws BackendException if none could, with the reason of each
   */
  public static String preferred() {
    List<Status> all = available();
    return all.stream()
        .filter(s -> s.usable() && s.purpose().isEmpty())
        .map(Status::name)
        .min(
            Comparator.comparing((String n) -> !n.equals(PREFERRED))
                .thenComparing(Comparator.naturalOrder()))
        .orElseThrow(() -> new BackendException(whyNone(all)));
  }

  private static String whyNone(List<Status> all) {
    return all.isEmpty()
        ? "no backend was found; put a backend module on the module path, such as "
            + "dev.ligo.backend.djl."
        : all.stream()
            .map(
                s ->
                    "'"
                        + s.name()
                        + "': "
                        + s.obstacle()
                            .or(() -> s.purpose().map(p -> p + ", opened by its name alone"))
                            .orElse(""))
            .collect(Collectors.joining("; ", "no backend can run here: ", ""));
  }

  private static SortedMap<String, BackendProvider> providers() {
    TreeMap<String, BackendProvider> found = new TreeMap<>();
    for (BackendProvider p : Services.load("backend", ServiceLoader.load(BackendProvider.class))) {
      Services.requireName("backend", p.name(), p);
      BackendProvider other = found.put(p.name(), p);
      if (other != null && other.getClass() != p.getClass()) {
        throw new BackendException(
            "two backends are named '"
                + p.name()
                + "': "
                + other.getClass().getName()
                + " and "
                + p.getClass().getName()
                + "; remove one.");
      }
    }
    return found;
  }
}
