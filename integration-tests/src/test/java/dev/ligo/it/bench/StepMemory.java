package dev.ligo.it.bench;

import dev.ligo.api.DType;
import dev.ligo.core.model.ModelSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The most resident memory of training steps of GPT-2 small's shape, each contestant in a process
 * of its own: ligo on each engine, as it is and with layers that are run again in the backward
 * pass, beside the leanest of Hugging Face's ways in Python.
 */
final class StepMemory implements Benchmark {
  private static final String GPT2 =
      """
      {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "vocab_size": 50257,
       "n_embd": 768, "n_layer": 12, "n_head": 12, "n_positions": 512,
       "resid_pdrop": 0, "embd_pdrop": 0, "attn_pdrop": 0}
      """;

  private static final int VOCABULARY = 50257;
  private static final int ROWS = 8;
  private static final int SEQUENCE = 512;
  private static final Bar OF_PYTHON = Bar.atMost(0.7);

  /** A process with the least memory of its kind. */
  private record Peak(String name, double bytes) {}

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String summary() {
    return "the peak resident memory of a GPT-2 step, 12 × 768, 8 × 512 tokens, vocabulary 50257";
  }

  @Override
  public List<Result> run(Settings settings) {
    ModelSpec<?> model = PeerSteps.model(GPT2);
    try (ScratchDirectory scratch = ScratchDirectory.create()) {
      Path checkpoint =
          PeerSteps.checkpoint(
              scratch.path().resolve("model"),
              model,
              model.initialValuesOnDemand(DType.FLOAT32, 1));
      Path batches =
          PeerSteps.batches(
              scratch.path().resolve("batches.safetensors"),
              ReadyBatches.of(new NextTokens(VOCABULARY, ROWS, SEQUENCE), 1));
      Optional<Peak> python = python(checkpoint, batches, settings);
      List<Result> results = new ArrayList<>();
      for (String engine : List.of("pytorch", "tensorflow")) {
        double kept = peak(scratch.path(), checkpoint, batches, engine, settings, false);
        double recomputed = peak(scratch.path(), checkpoint, batches, engine, settings, true);
        Result plain = result("GPT-2 12 × 768 on " + engine, kept);
        results.add(
            python
                .map(p -> against(plain, p.name(), kept, p.bytes()).bar(OF_PYTHON))
                .orElse(plain));
        results.add(
            against(
                result("the same, with activations checkpointed", recomputed),
                "kept",
                recomputed,
                kept));
      }
      return results;
    }
  }

  private static Result result(String name, double bytes) {
    return Result.of(name, bytes / 1e6, "MB");
  }

  private static Result against(Result result, String other, double bytes, double others) {
    return result.against(other, others / 1e6, bytes / others, bytes / others);
  }

  /** Returns the peak of the way that needs least; nothing without a Python. */
  private static Optional<Peak> python(Path checkpoint, Path batches, Settings settings) {
    if (!PeerProcess.isThere()) {
      return Optional.empty();
    }
    Peak least = new Peak("", Double.MAX_VALUE);
    for (String way : PeerSteps.WAYS) {
      try (PeerProcess peer = PeerProcess.start(checkpoint, batches, settings)) {
        for (int i = 0; i < StepProcess.STEPS; i++) {
          peer.step(way);
        }
        double bytes = peer.peakBytes();
        least = bytes < least.bytes() ? new Peak(way + " Python", bytes) : least;
      }
    }
    return Optional.of(least);
  }

  /** Returns the peak of ligo, in a process with the options of its launcher. */
  private static double peak(
      Path scratch,
      Path checkpoint,
      Path batches,
      String engine,
      Settings settings,
      boolean recomputes) {
    return WatchedProcess.run(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:+UseSerialGC",
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                StepProcess.class.getName(),
                checkpoint.toString(),
                batches.toString(),
                scratch.resolve(engine + recomputes).toString(),
                engine,
                Integer.toString(settings.threads()),
                Boolean.toString(recomputes)))
        .peakBytes();
  }
}
