package dev.ligo.cli.compare;

import com.google.gson.JsonElement;
import dev.ligo.cli.console.CommandText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The words of the commands that a preset, or the training of several sources, stands for.
 *
 * @param spec the command as it was parsed
 * @param preset the preset, if one is named
 * @param sources what is grown from what, that of the preset too
 */
record CommandWords(CommandSpec spec, Optional<Preset> preset, ComparisonSources sources) {
  private static final Set<String> OWN =
      Stream.concat(
              Stream.of(Preset.OPTION, Preset.QUICK, "--from", "--methods", "--source"),
              SweepChoice.names().stream())
          .collect(Collectors.toUnmodifiableSet());
  private static final List<String> SHARED =
      List.of("--data", "--eval-data", "--backend", "--device", "--threads");

  /** Returns the words of the comparison. */
  List<String> compare() {
    List<String> words = new ArrayList<>(List.of(spec.name()));
    words.addAll(List.of("--from", sources.from().toString()));
    words.addAll(List.of("--methods", String.join(",", sources.methods())));
    for (OptionSpec option : spec.options()) {
      if (!OWN.contains(option.longestName())) {
        words.addAll(of(option));
      }
    }
    sources.own().forEach((name, path) -> words.addAll(List.of("--source", name + "=" + path)));
    return words;
  }

  /**
   * Returns the comparison in one line.
   *
   * @param prepared whether it stands for more than was given
   */
  String text(boolean prepared) {
    return prepared ? CommandText.of(compare()) : CommandText.of(spec);
  }

  /** Returns the options that the training of sources has from the comparison. */
  List<String> shared() {
    return SHARED.stream().flatMap(name -> of(spec.findOption(name)).stream()).toList();
  }

  /** Returns an option as it was given, or else as the preset has it. */
  private List<String> of(OptionSpec option) {
    List<String> words = new ArrayList<>();
    JsonElement own = preset.map(p -> p.options().get(PresetDefaults.name(option))).orElse(null);
    boolean flag = option.arity().max() == 0;
    if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
      words.add(option.longestName());
      words.addAll(flag ? List.of() : option.originalStringValues());
    } else if (own != null) {
      words.add(option.longestName());
      words.addAll(flag ? List.of() : List.of(own.getAsString()));
    }
    return words;
  }
}
