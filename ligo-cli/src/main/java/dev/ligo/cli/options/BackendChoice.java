package dev.ligo.cli.options;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.api.Device;
import dev.ligo.cli.console.Progress;
import dev.ligo.core.data.Work;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The options that say what computes. */
public class BackendChoice {
  /** The names for completion. */
  public static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return names().iterator();
    }
  }

  private static final long MEGABYTE = 1_000_000;

  @Option(
      names = "--backend",
      paramLabel = "BACKEND",
      completionCandidates = Names.class,
      description = {
        "What computes, see 'ligo backends'.",
        "Default: " + Backends.PREFERRED + ", if it can run here"
      })
  Optional<String> name = Optional.empty();

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      converter = Values.DeviceName.class,
      description = "cpu, cuda or cuda:N. Default: ${DEFAULT-VALUE}")
  Device device = Device.CPU;

  @Option(
      names = "--threads",
      paramLabel = "N",
      converter = Values.Count.class,
      description = "The threads that one operation may use. Default: the engine's choice")
  Optional<Integer> threads = Optional.empty();

  private static List<String> names() {
    return Backends.available().stream().map(Backends.Status::name).toList();
  }

  /**
   * Returns the name that was given, before anything is done with it.
   *
   * @throws dev.ligo.api.UnknownNameException if there is no such backend, with those there are
   * @throws dev.ligo.api.BackendException if it declares that it can't do what is asked of it
   */
  public final Optional<String> checked() {
    name.ifPresent(n -> Backends.requireAble(n, options()));
    return name;
  }

  /**
   * Returns the choice, to be opened when it is needed.
   *
   * @param progress told what was opened, and what had to be unpacked for it
   */
  public final ChosenBackend chosen(Progress progress) {
    return new ChosenBackend(
        () -> open(name.orElseGet(Backends::preferred), options(), progress), progress::line);
  }

  /** Opens a backend, and shows the unpacking of its libraries where it is the first to do so. */
  public static Backend open(String name, BackendOptions options, Progress progress) {
    String unpacking = "unpacking " + name + " (MB)";
    return Backends.open(
        name,
        options,
        (bytes, total) -> {
          Work.check(progress, unpacking);
          progress.show(unpacking, bytes / MEGABYTE, total / MEGABYTE, "");
        });
  }

  /** Returns how the backend is opened. */
  BackendOptions options() {
    return new BackendOptions(device, threads.map(OptionalInt::of).orElse(OptionalInt.empty()));
  }
}
