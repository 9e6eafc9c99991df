package dev.ligo.cli.compare;

import com.google.gson.JsonElement;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The values that the options of a comparison have where a preset is named and they are not given.
 *
 * @param preset the preset
 */
public record PresetDefaults(Preset preset) implements IDefaultValueProvider {
  /** The options that the values of the others depend on, read before those. */
  @Command(name = "compare")
  static final class First {
    @Option(names = Preset.OPTION)
    Optional<String> preset = Optional.empty();

    @Option(names = Preset.QUICK)
    boolean quick;

    @Option(names = "--out")
    Optional<Path> out = Optional.empty();
  }

  /**
   * Lets a command take the values of a preset, if its words name one. What is wrong with words is
   * told when all of them are read.
   *
   * @param compare the command
   * @param words those after its name
   */
  public static void provide(CommandLine compare, String... words) {
    First first = new First();
    try {
      new CommandLine(first).setUnmatchedArgumentsAllowed(true).parseArgs(words);
    } catch (ParameterException e) {
      return;
    }
    first
        .preset
        .filter(Preset.NAMES::contains)
        .map(n -> Preset.named(n, first.quick, first.out.orElseGet(() -> Preset.results(n))))
        .ifPresent(p -> compare.setDefaultValueProvider(new PresetDefaults(p)));
  }

  @Override
  public @Nullable String defaultValue(ArgSpec arg) {
    JsonElement value =
        arg instanceof OptionSpec option ? preset.options().get(name(option)) : null;
    return value == null ? null : value.getAsString();
  }

  /** Returns the name of an option as presets have it, without hyphens before it. */
  static String name(OptionSpec option) {
    return option.longestName().substring(2);
  }
}
