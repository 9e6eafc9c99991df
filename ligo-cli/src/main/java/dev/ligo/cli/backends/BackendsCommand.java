package dev.ligo.cli.backends;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ligo.api.Backend;
import dev.ligo.api.BackendException;
import dev.ligo.api.BackendInfo;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.api.Device;
import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Progress;
import dev.ligo.cli.console.Report;
import dev.ligo.cli.console.Table;
import dev.ligo.cli.options.BackendChoice;
import dev.ligo.cli.options.CommonOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the backends. */
@Command(
    name = "backends",
    description = "Lists the backends: what can compute here.",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {"  ligo backends", "  ligo backends --probe --json"})
public final class BackendsCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--probe",
      description = {
        "Open each one, and show its engine's version, devices and threads, and step by step",
        "what it needs to compute on a GPU"
      })
  boolean probe;

  @Mixin CommonOptions common = new CommonOptions();

  public BackendsCommand(Console console) {
    this.console = console;
  }

  /**
   * A backend that was found.
   *
   * @param name its name
   * @param obstacle why it cannot run here, or empty if it can
   * @param purpose what it is meant for, or empty for an engine to work with
   * @param info what it turned out to be when it was opened, if it was
   * @param steps what it needs for the kinds of device that need anything
   */
  private record Found(
      String name,
      Optional<String> obstacle,
      Optional<String> purpose,
      Optional<BackendInfo> info,
      List<Step> steps) {
    Found(
        Backends.Status status,
        Optional<String> obstacle,
        Optional<BackendInfo> info,
        List<Step> steps) {
      this(status.name(), obstacle, status.purpose(), info, steps);
    }
  }

  @Override
  public Integer call() {
    List<Found> found = new ArrayList<>();
    boolean failed = false;
    for (Backends.Status status : Backends.available()) {
      Found f = found(status);
      failed |= status.usable() && f.obstacle().isPresent();
      found.add(f);
    }
    console.print(new Listing(found), common.json);
    return failed ? ExitCode.SOFTWARE : ExitCode.OK;
  }

  private Found found(Backends.Status status) {
    if (!probe) {
      return new Found(status, status.obstacle(), Optional.empty(), List.of());
    }
    if (!status.usable()) {
      return new Found(status, status.obstacle(), Optional.empty(), steps(status, List.of()));
    }
    try (Progress progress = console.progress();
        Backend backend = BackendChoice.open(status.name(), BackendOptions.cpu(), progress)) {
      BackendInfo info = backend.info();
      return new Found(status, Optional.empty(), Optional.of(info), steps(status, info.devices()));
    } catch (BackendException e) {
      return new Found(
          status, Optional.of(e.getMessage()), Optional.empty(), steps(status, List.of()));
    }
  }

  private static List<Step> steps(Backends.Status status, List<Device> devices) {
    return Stream.of(Device.Kind.values())
        .flatMap(
            kind -> Step.of(kind, Backends.requirements(status.name(), kind), devices).stream())
        .toList();
  }

  /** All backends that were found. */
  private record Listing(List<Found> found) implements Report {
    @Override
    public String text(int columns) {
      if (found.isEmpty()) {
        return "no backend was found";
      }
      Table table = new Table(Table.Align.LEFT, Table.Align.LEFT);
      for (Found f : found) {
        table.row(
            f.name(), f.obstacle().map(o -> "cannot run here: " + o).orElseGet(() -> usable(f)));
        f.info().ifPresent(i -> table.row("", "devices: " + Step.list(i.devices())));
        f.steps().forEach(s -> table.row("", s.text()));
      }
      return table.text(columns);
    }

    private static String usable(Found f) {
      String words = f.info().map(BackendInfo::describe).orElse("can run here");
      boolean preferred = f.purpose().isEmpty() && f.name().equals(Backends.preferred());
      return words + f.purpose().map(p -> ", " + p).orElse(preferred ? " (the default)" : "");
    }

    @Override
    public JsonObject json() {
      JsonArray backends = new JsonArray();
      for (Found f : found) {
        JsonObject o = new JsonObject();
        o.addProperty("name", f.name());
        o.addProperty("usable", f.obstacle().isEmpty());
        f.obstacle().ifPresent(why -> o.addProperty("obstacle", why));
        f.purpose().ifPresent(what -> o.addProperty("purpose", what));
        f.info().ifPresent(i -> o.add("opened", json(i)));
        if (!f.steps().isEmpty()) {
          JsonArray steps = new JsonArray();
          f.steps().forEach(s -> steps.add(s.json()));
          o.add("steps", steps);
        }
        backends.add(o);
      }
      JsonObject root = new JsonObject();
      root.add("backends", backends);
      return root;
    }

    private static JsonObject json(BackendInfo info) {
      JsonObject o = new JsonObject();
      o.addProperty("engine", info.engine());
      o.addProperty("version", info.version());
      JsonArray devices = new JsonArray();
      info.devices().forEach(d -> devices.add(d.toString()));
      o.add("devices", devices);
      o.addProperty("threads", info.threads());
      return o;
    }
  }
}
