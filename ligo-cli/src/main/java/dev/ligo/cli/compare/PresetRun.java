package dev.ligo.cli.compare;

import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Progress;
import dev.ligo.cli.options.BackendChoice;
import dev.ligo.cli.options.ChosenBackend;
import dev.ligo.core.Ligo;
import dev.ligo.core.comparison.Candidate;
import dev.ligo.core.comparison.Comparison;
import dev.ligo.core.model.Sizes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a preset does before its comparison.
 *
 * @param preset the preset
 * @param console where commands are told
 * @param data what the sources are trained on
 * @param held what they are evaluated on
 */
record PresetRun(Preset preset, Console console, Ligo ligo, List<Path> data, List<Path> held) {
  /**
   * Unpacks the preset's files and trains the sources that are not there yet.
   *
   * @param from the source of methods without one of their own
   * @param sizes the sizes to grow to
   * @throws dev.ligo.core.comparison.ComparisonException if a method is not defined for its source,
   *     known before any is trained
   */
  void prepare(
      List<Candidate> candidates,
      Path from,
      Sizes sizes,
      BackendChoice backend,
      CommandWords words) {
    preset.requireFetched(data);
    List<Path> used = new ArrayList<>(List.of(from));
    candidates.forEach(c -> c.growth().ifPresent(o -> used.add(o.source())));
    candidates.forEach(c -> c.training().small().ifPresent(used::add));
    List<PresetSource> sources = preset.sources(used);
    console.note(preset.about());
    preset.unpack();
    for (Candidate c : candidates) {
      sources.stream()
          .filter(s -> c.growth().filter(o -> o.source().equals(s.directory())).isPresent())
          .forEach(
              s ->
                  ComparisonAdvice.advised(
                      () -> Comparison.requireDefined(c, s.model(ligo), sizes)));
    }
    for (PresetSource s : sources) {
      if (!s.isThere()) {
        console.note(s.command(words.shared()));
        try (Progress progress = console.progress();
            ChosenBackend opened = backend.chosen(progress::line)) {
          s.train(ligo, data, held, opened.get(), progress);
        }
      }
    }
    console.note(CommandText.of(words.compare()));
  }
}
