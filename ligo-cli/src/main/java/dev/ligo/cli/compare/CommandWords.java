package dev.ligo.cli.compare;

import com.google.gson.JsonElement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The words of the commands that a preset stands for.
 *
 * @param spec the command as it was parsed
 * @param preset the preset
 * @param sources the sources of methods, those of the preset too
 */
record CommandWords(CommandSpec spec, Preset preset, Map<String, Path> sources) {
  private static final Set<String> PRESETS = Set.of(Preset.OPTION, Preset.QUICK);
  private static final List<String> SHARED =
      List.of("--data", "--eval-data", "--backend", "--device", "--threads");

  /** Returns the words of the comparison. */
  List<String> compare() {
    List<String> words = new ArrayList<>(List.of(spec.name()));
    for (OptionSpec option : spec.options()) {
      if (!PRESETS.contains(option.longestName()) && !option.longestName().equals("--source")) {
        words.addAll(of(option));
      }
    }
    sources.forEach((name, path) -> words.addAll(List.of("--source", name + "=" + path)));
    return words;
  }

  /** Returns the options that the training of sources has from the comparison. */
  List<String> shared() {
    return SHARED.stream().flatMap(name -> of(spec.findOption(name)).stream()).toList();
  }

  /** Returns an option as it was given, or else as the preset has it. */
  private List<String> of(OptionSpec option) {
    List<String> words = new ArrayList<>();
    JsonElement own = preset.options().get(PresetDefaults.name(option));
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
