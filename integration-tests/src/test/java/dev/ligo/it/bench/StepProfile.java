package dev.ligo.it.bench;

import ai.djl.pytorch.jni.JniUtils;
import dev.ligo.api.Backend;
import dev.ligo.api.HostArray;
import dev.ligo.core.model.ModelSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Where a training step spends its time: ligo's on PyTorch beside the best of Hugging Face's in
 * Python, each traced by torch itself.
 */
final class StepProfile implements Benchmark {
  /** Steps before the first that is traced: a computation is compiled in them. */
  private static final int WARM_UP = 4;

  /** Steps that are traced; the shortest of them counts. */
  private static final int TRACED = 3;

  @Override
  public String name() {
    return "profile";
  }

  @Override
  public String summary() {
    return "where a training step spends its time, beside Hugging Face's models in Python";
  }

  @Override
  public List<Result> run(Settings settings) {
    if (!PeerProcess.isThere()) {
      throw new SkippedException("it needs Python; scripts/bench-peers.sh --profile runs it");
    }
    List<Result> results = new ArrayList<>();
    for (PeerSteps.Subject subject : PeerSteps.subjects(settings)) {
      results.addAll(results(settings, subject));
    }
    return results;
  }

  private static List<Result> results(Settings settings, PeerSteps.Subject subject) {
    ModelSpec<?> model = subject.model();
    Map<String, HostArray> values = Workload.values(model);
    ReadyBatches data = ReadyBatches.of(subject.batches(), WARM_UP);
    try (ScratchDirectory scratch = ScratchDirectory.create()) {
      Path trace = scratch.path().resolve("trace.json");
      Profile ours = ligo(settings, model, values, data, trace);
      Path checkpoint = PeerSteps.checkpoint(scratch.path().resolve("model"), model, values);
      Path batches = PeerSteps.batches(scratch.path().resolve("batches.safetensors"), data);
      List<Result> results = new ArrayList<>();
      for (String way : List.of("eager", "compiled")) {
        try (PeerProcess peer = PeerProcess.start(checkpoint, batches, settings)) {
          warmUp(() -> peer.step(way));
          Profile theirs = shortest(trace, file -> peer.profile(way, file));
          results.addAll(beside(subject.name(), ours, way, theirs));
        }
      }
      return results;
    }
  }

  private static Profile ligo(
      Settings settings,
      ModelSpec<?> model,
      Map<String, HostArray> values,
      ReadyBatches data,
      Path trace) {
    try (Backend torch = LigoTraining.open("pytorch", settings);
        LigoTraining training = new LigoTraining(torch, model, values, data)) {
      warmUp(training);
      return shortest(
          trace,
          file -> {
            JniUtils.startProfile(false, false, false);
            training.run();
            JniUtils.stopProfile(file.toString());
          });
    }
  }

  private static void warmUp(Runnable step) {
    for (int i = 0; i < WARM_UP; i++) {
      step.run();
    }
  }

  private static Profile shortest(Path trace, Consumer<Path> step) {
    List<Profile> traced = new ArrayList<>();
    for (int i = 0; i < TRACED; i++) {
      step.accept(trace);
      traced.add(Profile.read(trace));
    }
    return traced.stream().min(Comparator.comparingDouble(Profile::milliseconds)).orElseThrow();
  }

  private static List<Result> beside(String subject, Profile ours, String way, Profile theirs) {
    List<Result> results = new ArrayList<>();
    for (Profile.Kind kind : Profile.Kind.values()) {
      double time = ours.kinds().get(kind);
      double other = theirs.kinds().get(kind);
      results.add(
          Result.of(subject + ", " + kind.title, time, "ms")
              .against(way + " Python", other, time / other, time / other));
    }
    return results;
  }
}
