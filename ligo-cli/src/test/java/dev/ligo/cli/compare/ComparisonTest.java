package dev.ligo.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.api.CancelledException;
import dev.ligo.cli.TinyBert;
import dev.ligo.core.Checkpoint;
import dev.ligo.core.Ligo;
import dev.ligo.core.comparison.Candidate;
import dev.ligo.core.comparison.Comparison;
import dev.ligo.core.comparison.ComparisonOptions;
import dev.ligo.core.comparison.ComparisonResults;
import dev.ligo.core.comparison.ComparisonRun;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.growth.learn.OperatorTraining;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.TrainingOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A comparison that is stopped again and again. */
class ComparisonTest {
  /** Lets some steps happen and then interrupts. */
  private static final class Stops implements Comparison.Listener {
    private int left;

    Stops(int steps) {
      left = steps;
    }

    @Override
    public void progress(Work.Progress progress) {
      if (progress.learning().isPresent() && left-- == 0) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @TempDir Path directory;

  @Test
  void givesWhatAnUninterruptedOneGives() {
    Path small = TinyBert.checkpoint(directory.resolve("small"));
    TinyBert.write(small.resolve("README.md"), "---\nlicense: mit\nbase_model: org/tiny\n---\n");
    Path text = TinyBert.text(directory.resolve("text.txt"));
    Path held = TinyBert.text(directory.resolve("held.txt"));
    Ligo ligo = Ligo.create();
    try (Checkpoint source = ligo.open(small);
        Backend backend = Backends.open("pytorch", BackendOptions.cpu().withThreads(1))) {
      Comparison comparison = comparison(ligo, source, small, text, held);
      ComparisonResults whole =
          comparison.run(
              directory.resolve("whole"), false, "whole", backend, new Comparison.Listener() {});
      ComparisonResults pieces = inPieces(comparison, backend);
      assertThat(losses(pieces)).isEqualTo(losses(whole)).isNotEmpty();
      assertThat(pieces.runs().get(0).candidate()).isEqualTo("scratch");
      assertThat(pieces.trials()).hasSize(2).allMatch(r -> r.seed() == 1);
      assertThat(TinyBert.names(directory.resolve("pieces/runs")))
          .hasSize(6)
          .contains("ligo@0.001-1.json", "ligo@0.003-1.json", "scratch@0.003-1.json")
          .allMatch(n -> n.endsWith(".json"));
      for (ComparisonRun r : pieces.runs()) {
        String name = r.candidate() + "@" + (r.learningRate() == 1e-3 ? "0.001" : "0.003");
        try (Checkpoint kept =
            ligo.open(directory.resolve("pieces/models/" + name + "-" + r.seed()))) {
          assertThat(kept.model().layout().shapes())
              .isEqualTo(comparison.large().layout().shapes());
          assertThat(kept.trainingFlops().isPresent()).isEqualTo(r.sourceFlops().isPresent());
          assertThat(kept.lineage()).last().asString().contains("trained on").endsWith("8 steps");
          boolean grown = r.candidate().equals("ligo");
          String model = "bert grown by ligo with seed " + r.seed();
          assertThat(kept.path().resolve("README.md"))
              .content()
              .contains("linear from", "evaluation loss", "(training.svg)", "| data | text.txt |")
              .contains(
                  grown ? List.of("license: mit", "base_model: org/tiny") : List.of("scratch"))
              .contains("| source | " + (grown ? "`" + model + "`" : "from"))
              .contains("\n# " + (grown ? model + ", trained\n" : "bert trained from scratch"));
          assertThat(TinyBert.names(kept.path()))
              .contains("training.svg", "trainer_state.json", "metrics.jsonl");
        }
      }
    }
  }

  private Comparison comparison(Ligo ligo, Checkpoint source, Path small, Path text, Path held) {
    return new Comparison(
        ligo,
        source,
        Sizes.SAME.withLayers(3).withHidden(16),
        List.of(Candidate.grown("ligo", ligo.method("ligo"), small), Candidate.scratch()),
        seed -> request(small, text, seed, true),
        request(small, held, 0, false),
        ComparisonOptions.builder(
                new TrainingOptions(
                    8,
                    1,
                    new Schedule(Schedule.Decay.LINEAR, 1e-3, 1, 8, 0),
                    Optimizer.adamW(0.01),
                    2,
                    2,
                    0))
            .seeds(List.of(1L, 2L))
            .grownWarmup(0)
            .otherRates(List.of(3e-3))
            .operator(OperatorTraining.Options.of(2, 1e-3))
            .toTheEnd(true)
            .keepModels(true)
            .build());
  }

  /** Whatever is not in memory or mapped when the first run begins is not there any more. */
  @Test
  void opensItsCorporaOnce() {
    Path small = TinyBert.checkpoint(directory.resolve("small"));
    Path text = TinyBert.text(directory.resolve("text.txt"));
    Path held = TinyBert.text(directory.resolve("held.txt"));
    Ligo ligo = Ligo.create();
    List<String> begun = new ArrayList<>();
    try (Checkpoint source = ligo.open(small);
        Backend backend = Backends.open("pytorch", BackendOptions.cpu().withThreads(1))) {
      comparison(ligo, source, small, text, held)
          .run(
              directory.resolve("once"),
              false,
              "once",
              backend,
              new Comparison.Listener() {
                @Override
                public void begun(String candidate, long seed) {
                  begun.add(candidate + seed);
                  assertThat(text.toFile().delete()).isEqualTo(begun.size() == 1);
                  assertThat(held.toFile().delete()).isEqualTo(begun.size() == 1);
                }
              });
    }
    assertThat(text).doesNotExist();
    assertThat(begun).contains("scratch1", "ligo1", "scratch2", "ligo2");
  }

  /** One step at a time, of two between evaluations. */
  private ComparisonResults inPieces(Comparison comparison, Backend backend) {
    for (int times = 0; times < 100; times++) {
      try {
        return comparison.run(
            directory.resolve("pieces"), times > 0, "pieces", backend, new Stops(1));
      } catch (CancelledException e) {
        assertThat(Thread.interrupted()).isTrue();
        assertThat(directory.resolve("pieces/comparison.json")).exists();
      }
    }
    throw new AssertionError("makes no way");
  }

  private static List<String> losses(ComparisonResults results) {
    return results.runs().stream()
        .map(
            r ->
                r.candidate()
                    + r.seed()
                    + r.points().stream()
                        .map(p -> p.step() + " " + p.loss() + " " + p.flops())
                        .collect(Collectors.joining(",")))
        .toList();
  }

  private DataRequest request(Path tokenizer, Path text, long seed, boolean shuffle) {
    return new DataRequest(
        List.of(text),
        tokenizer,
        directory.resolve("cache"),
        4,
        16,
        seed,
        shuffle,
        ProgressListener.SILENT);
  }
}
