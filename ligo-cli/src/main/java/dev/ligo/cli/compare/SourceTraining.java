package dev.ligo.cli.compare;

import dev.ligo.cli.console.CommandText;
import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Progress;
import dev.ligo.cli.options.BackendChoice;
import dev.ligo.cli.options.ChosenBackend;
import dev.ligo.cli.training.Machines;
import dev.ligo.core.Ligo;
import dev.ligo.core.comparison.Candidate;
import dev.ligo.core.comparison.Comparison;
import dev.ligo.core.model.Sizes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is done before a comparison: it trains what is grown, unless that was done before.
 *
 * @param console where commands are told
 * @param machines where sources are trained
 * @param data what the sources are trained on
 * @param held what they are evaluated on
 */
record SourceTraining(
    Console console, Machines machines, Ligo ligo, List<Path> data, List<Path> held) {
  /**
   * Unpacks a preset's files and trains the sources that are not there yet.
   *
   * @param sources those of the comparison
   * @param sizes the sizes to grow to
   * @throws dev.ligo.core.comparison.ComparisonException if a method is not defined for its source,
   *     known before any is trained
   */
  void prepare(
      Optional<Preset> preset,
      List<Candidate> candidates,
      ComparisonSources sources,
      Sizes sizes,
      BackendChoice backend,
      CommandWords words) {
    preset.ifPresent(p -> p.requireFetched(data));
    List<TrainedSource> all = all(preset, candidates, sources);
    preset.ifPresent(
        p -> {
          console.note(p.about());
          p.unpack();
        });
    for (Candidate c : candidates) {
      all.stream()
          .filter(s -> c.growth().filter(o -> o.source().equals(s.directory())).isPresent())
          .forEach(
              s ->
                  ComparisonAdvice.advised(
                      () -> Comparison.requireDefined(c, s.model(ligo), sizes)));
    }
    all.forEach(s -> s.requireGrown(ligo));
    List<TrainedSource> missing = all.stream().filter(s -> !s.isThere()).toList();
    missing.stream().flatMap(s -> s.commands(ligo, words.shared()).stream()).forEach(console::note);
    missing.stream()
        .collect(Collectors.groupingBy(s -> s.stages().size(), TreeMap::new, Collectors.toList()))
        .values()
        .forEach(stage -> train(stage, backend));
    console.note(CommandText.of(words.compare()));
  }

  /** Trains sources that do not wait for each other. */
  private void train(List<TrainedSource> sources, BackendChoice backend) {
    if (!machines.trainSources(sources.stream().map(TrainedSource::directory).toList())) {
      sources.forEach(s -> train(s, backend));
    }
  }

  /** Trains a source, unless it is there: a machine that was lost may have trained it. */
  void train(TrainedSource source, BackendChoice backend) {
    if (!source.isThere()) {
      try (Progress progress = console.progress();
          ChosenBackend opened = backend.chosen(progress)) {
        source.train(ligo, data, held, opened.get(), progress);
      }
    }
  }

  /** Returns all sources that are trained, those before the others that are grown from them. */
  static List<TrainedSource> all(
      Optional<Preset> preset, List<Candidate> candidates, ComparisonSources sources) {
    List<Path> used = new ArrayList<>(List.of(sources.from()));
    used.addAll(ComparisonSources.used(candidates));
    List<TrainedSource> all = new ArrayList<>();
    sources.trained().stream().flatMap(s -> s.stages().stream()).distinct().forEach(all::add);
    preset.ifPresent(p -> all.addAll(p.sources(used)));
    return all.stream()
        .map(s -> growsState(candidates, s.directory()) ? s.keepingState() : s)
        .toList();
  }

  private static boolean growsState(List<Candidate> candidates, Path source) {
    return candidates.stream()
        .filter(c -> c.training().optimizerState())
        .anyMatch(c -> c.growth().filter(o -> o.source().equals(source)).isPresent());
  }
}
