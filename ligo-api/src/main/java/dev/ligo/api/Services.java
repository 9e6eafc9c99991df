package dev.ligo.api;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Loads the providers of a service, with errors that name what is wrong in one line. */
public final class Services {
  private Services() {}

  /**
   * {@return the providers that a loader finds}
   *
   * @param <T> the service
   * @param kind what a provider is, such as "growth method"
   * @param loader the loader; the module that uses the service creates it
   * @throws LigoException if a provider cannot be found as it is named, or fails when it is created
   */
  public static <T> List<T> load(String kind, ServiceLoader<T> loader) {
    List<T> found = new ArrayList<>();
    try {
      for (Iterator<T> all = loader.iterator(); all.hasNext(); ) {
        found.add(all.next());
      }
    } catch (ServiceConfigurationError e) {
      // The message names the service and the provider, and leaves out what the provider threw.
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new LigoException(
          "loading a "
              + kind
              + ": "
              + e.getMessage()
              + (cause == e ? "" : " (" + cause + ")")
              + "; mend its module, or leave it out.",
          e);
    }
    return List.copyOf(found);
  }

  /**
   * Refuses a name that users could not choose a provider by.
   *
   * @param kind what the provider is, such as "growth method"
   * @param name the name
   * @param provider what has the name
   * @throws LigoException if it is anything but words of small letters and digits with hyphens
   *     between them, with the provider's class
   */
  public static void requireName(String kind, String name, Object provider) {
    if (!name.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*")) {
      throw new LigoException(
          "the name of a "
              + kind
              + " should be words of small letters and digits with hyphens between them, found '"
              + name
              + "' of "
              + provider.getClass().getName()
              + "; rename it.");
    }
  }
}
