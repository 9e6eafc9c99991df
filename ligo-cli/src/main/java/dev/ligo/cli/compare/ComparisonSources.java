package dev.ligo.cli.compare;

import com.google.gson.JsonObject;
import dev.ligo.api.LigoException;
import dev.ligo.core.Ligo;
import dev.ligo.core.comparison.Candidate;
import dev.ligo.core.train.TrainingStrategy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a comparison grows from what.
 *
 * @param from the checkpoint that methods grow which have none of their own, and whose family,
 *     config and tokenizer all have
 * @param methods the names of the candidates
 * @param own the checkpoints of those that have one
 * @param trained the sources that are trained first
 */
record ComparisonSources(
    Path from, List<String> methods, Map<String, Path> own, List<TrainedSource> trained) {
  /** Returns the sources of a comparison that trains none but those of its preset. */
  static ComparisonSources given(
      Ligo ligo, Optional<Preset> preset, Path from, List<String> methods, Map<String, Path> own) {
    Map<String, Path> all = preset.map(p -> p.sources(ligo, methods, own)).orElse(own);
    return new ComparisonSources(from, methods, all, List.of());
  }

  /** Returns them with every method from each of the sources that a sweep trains. */
  ComparisonSources swept(Ligo ligo, Map<String, TrainedSource> sources) {
    List<String> names = new ArrayList<>();
    Map<String, Path> all = new LinkedHashMap<>(own);
    for (String method : methods) {
      String label = Candidates.label(method);
      if (own.containsKey(label) || !grows(ligo, method)) {
        names.add(method);
        continue;
      }
      sources.forEach(
          (key, source) -> {
            String name = SweepChoice.label(label, key);
            names.add(name + "=" + method.substring(method.indexOf('=') + 1));
            all.put(name, source.directory());
          });
    }
    List<TrainedSource> trained = List.copyOf(sources.values());
    return new ComparisonSources(trained.get(0).directory(), names, all, trained);
  }

  /**
   * Refuses to train what nothing is compared from.
   *
   * @throws LigoException if a source would be trained that no candidate grows, or has as a teacher
   */
  void requireUsed(List<Candidate> candidates) {
    Set<Path> used = used(candidates);
    for (TrainedSource source : trained) {
      if (!used.contains(source.directory())) {
        throw new LigoException(
            "no method of the comparison grows the source '"
                + source.directory().getFileName()
                + "', which would be trained first; name one that does, or leave the source out");
      }
    }
  }

  /** Returns what candidates grow, or have as a teacher. */
  static Set<Path> used(List<Candidate> candidates) {
    Set<Path> used = new HashSet<>();
    candidates.forEach(c -> c.growth().ifPresent(o -> used.add(o.source())));
    candidates.stream()
        .filter(c -> c.training().strategies().stream().anyMatch(TrainingStrategy::needsSmall))
        .forEach(c -> c.training().small().ifPresent(used::add));
    return used;
  }

  private static boolean grows(Ligo ligo, String method) {
    String first = Candidates.parts(method).get(0);
    return !first.equals(Candidate.SCRATCH)
        && ligo.methods().values().stream()
            .anyMatch(m -> m.name().equals(first) || m.aliases().contains(first));
  }

  /**
   * Returns how sources are trained that have the config and the tokenizer of a directory.
   *
   * @param training values of {@code ligo pretrain}, by the names of its options
   */
  static TrainedSource like(Path directory, JsonObject training) {
    JsonObject values = training.deepCopy();
    values.addProperty("config", directory.resolve("config.json").toString());
    Path tokenizer = directory.resolve(Ligo.TOKENIZER);
    if (Files.exists(tokenizer)) {
      values.addProperty("tokenizer", tokenizer.toString());
    }
    return new TrainedSource(directory, values);
  }
}
