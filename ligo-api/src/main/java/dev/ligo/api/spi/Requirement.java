package dev.ligo.api.spi;

import dev.ligo.api.BackendException;
import dev.ligo.api.Device;
import java.util.List;
import java.util.Optional;

/**
 * One thing that a backend needs to compute on a kind of device: a driver, libraries, a setting.
 *
 * @param name what is needed, such as "NVIDIA driver"
 * @param found what is there of it, or in what way it is missing
 * @param remedy what to do where it is missing, as a request; empty if nothing is
 */
public record Requirement(String name, String found, Optional<String> remedy) {
  /**
   * {@return one that is met}
   *
   * @param name what is needed
   * @param found what is there, such as its version or its place
   */
  public static Requirement met(String name, String found) {
    return new Requirement(name, found, Optional.empty());
  }

  /**
   * {@return one that is not met}
   *
   * @param name what is needed
   * @param found in what way it is missing
   * @param remedy what to do, as a request without a full stop
   */
  public static Requirement missing(String name, String found, String remedy) {
    return new Requirement(name, found, Optional.of(remedy));
  }

  /** {@return whether nothing is to be done} */
  public boolean isMet() {
    return remedy.isEmpty();
  }

  /** {@return all of it in one line} */
  @Override
  public String toString() {
    return name + ": " + found + remedy.map(r -> "; " + r).orElse("");
  }

  /**
   * {@return why a device cannot be computed on that the engine did not find} It names the first
   * requirement that is not met, if there is one.
   *
   * @param engine the engine's name
   * @param asked the device that was asked for
   * @param found the devices that the engine found
   * @param requirements what its kind of device needs, in the order in which to see to it
   */
  public static BackendException absent(
      String engine, Device asked, List<Device> found, List<Requirement> requirements) {
    boolean choice = found.stream().anyMatch(d -> d.kind() == asked.kind());
    String remedy =
        requirements.stream()
            .filter(r -> !r.isMet())
            .findFirst()
            .map(Requirement::toString)
            .orElse("check that the system lists it and that nothing hides it");
    return new BackendException(
        "device %s was asked for, %s found %s; %s."
            .formatted(
                asked,
                engine,
                found,
                choice ? "choose one of these" : remedy + ", or compute on cpu"));
  }
}
