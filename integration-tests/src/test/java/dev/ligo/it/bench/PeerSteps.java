package dev.ligo.it.bench;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.api.Backend;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.CheckpointWriter;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.FileSpec;
import dev.ligo.core.checkpoint.SafetensorsWriter;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.it.RandomBatches;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A training step of ligo on both engines against the same step of Hugging Face's models in Python,
 * from one checkpoint, on the same batches and with as many threads: as the plain loop makes it,
 * and as the best of the others does.
 */
final class PeerSteps implements Benchmark {
  /** The ways to train in Python. */
  static final List<String> WAYS = List.of("plain", "eager", "compiled");

  /** Steps at which all must find the same loss, to this much of it. */
  private static final int COMPARED = 5;

  private static final double TOLERANCE = 1e-4;

  /** Batches take turns, so that few are enough. */
  private static final int BATCHES = 8;

  private static final Bar BEST = Bar.atMost(1);
  private static final Bar PLAIN_LANGUAGE_MODEL = Bar.atMost(0.8);
  private static final Bar TENSORFLOW = Bar.atMost(1.15);

  /** A model with what it is trained on. */
  record Subject(String name, ModelSpec<?> model, BatchSource batches, boolean language) {}

  private static final String GPT2 =
      """
      {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "vocab_size": 8192,
       "n_embd": 256, "n_layer": 4, "n_head": 4, "n_positions": 128,
       "resid_pdrop": 0, "embd_pdrop": 0, "attn_pdrop": 0}
      """;

  /** Of the size of SmolLM2-135M. */
  private static final String LLAMA =
      """
      {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 49152,
       "hidden_size": 576, "num_hidden_layers": 30, "num_attention_heads": 9,
       "num_key_value_heads": 3, "intermediate_size": 1536, "max_position_embeddings": 8192,
       "rms_norm_eps": 1e-5, "rope_theta": 100000, "hidden_act": "silu",
       "tie_word_embeddings": true, "initializer_range": 0.041666666666666664}
      """;

  private static final String VIT =
      """
      {"model_type": "vit", "architectures": ["ViTForImageClassification"], "hidden_size": 256,
       "num_hidden_layers": 4, "num_attention_heads": 4, "intermediate_size": 1024,
       "image_size": 224, "patch_size": 16, "num_channels": 3, "id2label": {%s},
       "hidden_dropout_prob": 0, "attention_probs_dropout_prob": 0}
      """;

  private static final int CLASSES = 100;

  @Override
  public String name() {
    return "peers";
  }

  @Override
  public String summary() {
    return "a training step on each engine, against Hugging Face's models in Python";
  }

  @Override
  public List<Result> run(Settings settings) {
    List<Result> results = new ArrayList<>();
    for (Subject subject : subjects(settings)) {
      results.addAll(results(settings, subject));
    }
    return results;
  }

  static List<Subject> subjects(Settings settings) {
    return Stream.of(bert(4, 256, 8192, 16), bert(12, 768, 30522, 2), gpt2(), vit(), llama())
        .filter(s -> settings.subject().map(name -> s.name().startsWith(name)).orElse(true))
        .toList();
  }

  private static Subject bert(int layers, int hidden, int vocabulary, int rows) {
    Workload data = new Workload(vocabulary, rows, 128, 20);
    ModelSpec<?> model = data.model(layers, hidden);
    return new Subject("BERT %d × %d".formatted(layers, hidden), model, data, true);
  }

  private static Subject gpt2() {
    return causal("GPT-2 4 × 256", GPT2, 16, 128);
  }

  private static Subject llama() {
    return causal("LLaMA 30 × 576", LLAMA, 8, 256);
  }

  /** Returns the model of a config, with the head of its pretraining task. */
  static ModelSpec<?> model(String config) {
    ModelSpec<?> model = Ligo.create().model(JsonParser.parseString(config).getAsJsonObject());
    return model.withHead(model.pretraining());
  }

  private static Subject causal(String name, String config, int rows, int sequence) {
    JsonObject json = JsonParser.parseString(config).getAsJsonObject();
    return new Subject(
        name,
        model(config),
        new NextTokens(json.get("vocab_size").getAsInt(), rows, sequence),
        true);
  }

  private static Subject vit() {
    String labels =
        String.join(
            ", ", IntStream.range(0, CLASSES).mapToObj("\"%1$d\": \"c%1$d\""::formatted).toList());
    ModelSpec<?> model = model(VIT.formatted(labels));
    Map<String, Integer> below = Map.of("labels", CLASSES);
    return new Subject(
        "ViT 4 × 256",
        model,
        new Unweighted(
            new RandomBatches(
                model.forTask(model.pretraining()).batchSpecs(10, 0), below, DType.FLOAT32)),
        false);
  }

  /** Batches whose examples all count 1, as those in Python do. */
  private record Unweighted(BatchSource drawn) implements BatchSource {
    @Override
    public SortedMap<String, HostArray> batch(long index) {
      SortedMap<String, HostArray> batch = drawn.batch(index);
      HostArray weights = batch.get("weights");
      for (int i = 0; i < weights.size(); i++) {
        weights.set(i, 1);
      }
      return batch;
    }

    @Override
    public long batchesPerPass() {
      return drawn.batchesPerPass();
    }
  }

  /**
   * Measures PyTorch beside Python and then TensorFlow beside PyTorch: together they would take
   * twice the memory.
   */
  private static List<Result> results(Settings settings, Subject subject) {
    ModelSpec<?> model = subject.model();
    Map<String, HostArray> values = Workload.values(model);
    ReadyBatches data = ReadyBatches.of(subject.batches(), BATCHES);
    List<Result> results = new ArrayList<>();
    try (ScratchDirectory scratch = ScratchDirectory.create();
        PeerProcess peer =
            PeerProcess.start(
                checkpoint(scratch.path().resolve("model"), model, values),
                batches(scratch.path().resolve("batches.safetensors"), data),
                settings);
        Backend torch = LigoTraining.open("pytorch", settings);
        LigoTraining onTorch = new LigoTraining(torch, model, values, data)) {
      List<Supplier<Double>> ways = new ArrayList<>(List.of(onTorch::step));
      WAYS.forEach(way -> ways.add(() -> peer.step(way)));
      results.add(difference(subject, "PyTorch and Python", ways));
      results.addAll(besidePython(subject, rounds(settings, ways)));
    }
    try (Backend torch = LigoTraining.open("pytorch", settings);
        Backend tensorflow = LigoTraining.open("tensorflow", settings);
        LigoTraining onTorch = new LigoTraining(torch, model, values, data);
        LigoTraining onTensorflow = new LigoTraining(tensorflow, model, values, data)) {
      List<Supplier<Double>> engines = List.of(onTensorflow::step, onTorch::step);
      results.add(difference(subject, "TensorFlow and PyTorch", engines));
      Rounds rounds = rounds(settings, engines);
      results.add(step(subject, "TensorFlow", "PyTorch", 1, rounds).bar(TENSORFLOW));
    }
    return results;
  }

  private static Rounds rounds(Settings settings, List<Supplier<Double>> contestants) {
    List<Runnable> steps = new ArrayList<>();
    for (Supplier<Double> contestant : contestants) {
      steps.add(
          () -> {
            double unused = contestant.get();
          });
    }
    return Rounds.of(settings, steps);
  }

  private static List<Result> besidePython(Subject subject, Rounds rounds) {
    int best = rounds.best(2) <= rounds.best(3) ? 2 : 3;
    Result toPlain = step(subject, "PyTorch", "plain loop", 1, rounds);
    return List.of(
        step(subject, "PyTorch", WAYS.get(best - 1) + " Python", best, rounds).bar(BEST),
        subject.language() ? toPlain.bar(PLAIN_LANGUAGE_MODEL) : toPlain);
  }

  /** Holds the first contestant against another. */
  private static Result step(Subject subject, String engine, String other, int to, Rounds rounds) {
    return Result.of(subject.name() + " on " + engine, rounds.best(0) * 1e3, "ms")
        .against(other, rounds.best(to) * 1e3, rounds.ratio(0, to), rounds.medianRatio(0, to));
  }

  /** Holds the losses of the first steps against those of the first contestant. */
  private static Result difference(
      Subject subject, String who, List<Supplier<Double>> contestants) {
    double largest = 0;
    for (int i = 0; i < COMPARED; i++) {
      double first = contestants.get(0).get();
      for (Supplier<Double> other : contestants.subList(1, contestants.size())) {
        largest = Math.max(largest, Math.abs(other.get() - first) / first);
      }
    }
    String what = subject.name() + ": losses of 5 steps, " + who + ", largest difference";
    return Result.of(what, largest, "").bar(Bar.atMost(TOLERANCE));
  }

  /** Writes a checkpoint that {@code from_pretrained} opens, too. */
  static Path checkpoint(Path to, ModelSpec<?> model, Map<String, HostArray> values) {
    try (CheckpointWriter writer =
        CheckpointWriter.create(to, model, Dialect.CANONICAL, n -> FileDType.F32, Map.of())) {
      values.forEach(writer::write);
      writer.finish(Map.of(), "", Map.of());
    }
    return to;
  }

  /** Writes the arrays of batches, named INDEX/NAME. */
  static Path batches(Path to, ReadyBatches data) {
    Map<String, HostArray> arrays = new TreeMap<>();
    for (int i = 0; i < data.made().size(); i++) {
      String prefix = i + "/";
      data.made().get(i).forEach((name, array) -> arrays.put(prefix + name, array));
    }
    Map<String, FileSpec> specs = new TreeMap<>();
    arrays.forEach(
        (name, a) ->
            specs.put(
                name,
                new FileSpec(a.dtype() == DType.INT32 ? FileDType.I32 : FileDType.F32, a.shape())));
    try (SafetensorsWriter writer = SafetensorsWriter.create(to, specs, Map.of())) {
      arrays.forEach(writer::write);
    }
    return to;
  }
}
