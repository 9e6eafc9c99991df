package dev.ligo.cli.backends;

import com.google.gson.JsonObject;
import dev.ligo.api.Device;
import dev.ligo.api.spi.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One of the steps to a kind of device.
 *
 * @param kind the kind of device
 * @param number its place among the steps, from 1
 * @param requirement what is needed
 */
record Step(Device.Kind kind, int number, Requirement requirement) {
  /**
   * Returns the steps to a kind of device: what the backend requires, and last that its engine
   * finds one. There are none to a kind for which it requires nothing.
   *
   * @param devices the devices that the engine found; none if it could not be opened
   */
  static List<Step> of(Device.Kind kind, List<Requirement> requirements, List<Device> devices) {
    if (requirements.isEmpty()) {
      return List.of();
    }
    List<Device> there = devices.stream().filter(d -> d.kind() == kind).toList();
    List<Requirement> all = new ArrayList<>(requirements);
    all.add(
        there.isEmpty()
            ? Requirement.missing("device", "none was found", remedy(requirements))
            : Requirement.met("device", list(there)));
    List<Step> steps = new ArrayList<>();
    for (Requirement r : all) {
      steps.add(new Step(kind, steps.size() + 1, r));
    }
    return steps;
  }

  private static String remedy(List<Requirement> requirements) {
    return requirements.stream().allMatch(Requirement::isMet)
        ? "check that the system lists it and that nothing hides it, such as CUDA_VISIBLE_DEVICES"
        : "see to the steps before";
  }

  /** Returns devices in words. */
  static String list(List<Device> devices) {
    return devices.stream().map(Device::toString).collect(Collectors.joining(", "));
  }

  private String device() {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** Returns the step in a line. */
  String text() {
    return "%s, step %d, %s: %s"
        .formatted(device(), number, requirement.isMet() ? "there" : "missing", requirement);
  }

  /** Returns the step as JSON. */
  JsonObject json() {
    JsonObject o = new JsonObject();
    o.addProperty("device", device());
    o.addProperty("name", requirement.name());
    o.addProperty("met", requirement.isMet());
    o.addProperty("found", requirement.found());
    requirement.remedy().ifPresent(r -> o.addProperty("remedy", r));
    return o;
  }
}
