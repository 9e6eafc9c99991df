package dev.ligo.it.train;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.api.AdamW;
import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.TensorSpec;
import dev.ligo.core.Ligo;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.SeededRandom;
import dev.ligo.core.model.Initializer;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.train.Moments;
import dev.ligo.core.train.Optimizer;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.Trainer;
import dev.ligo.core.train.TrainingOptions;
import dev.ligo.core.train.TrainingSetup;
import dev.ligo.core.train.TrainingStrategy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Runs of tiny models of every family, in float64, on both backends. */
final class TinyRuns implements AutoCloseable {
  static final List<String> BACKENDS = List.of("pytorch", "tensorflow");

  /** The learning rate of every step. */
  static final double RATE = 1e-3;

  private static final int EXAMPLES = 3;
  private static final int TOKENS = 5;
  private static final int VOCABULARY = 11;

  private final Ligo ligo = Ligo.create();
  private final Map<String, Backend> open = new TreeMap<>();

  /**
   * A model of 4 layers with the one of 2 that it was grown from, and its data.
   *
   * @param stack the stack that has the layers
   * @param oneBatch whether all batches are the first
   */
  record Subject(
      Ligo ligo, String stack, JsonObject config, String task, boolean oneBatch, boolean hasSmall)
      implements BatchSource {
    ModelSpec<?> model() {
      return ligo.model(config).withHead(task);
    }

    TrainingStrategy.SmallModel small() {
      ModelSpec<?> small = model().resized(Sizes.SAME.withLayers(2));
      return new TrainingStrategy.SmallModel() {
        @Override
        public ModelSpec<?> model() {
          return small;
        }

        @Override
        public SortedMap<String, HostArray> values() {
          return draw(small, 9);
        }
      };
    }

    Subject withoutDropout() {
      JsonObject json = config.deepCopy();
      for (String key : config.keySet()) {
        if (key.endsWith("pdrop") || key.endsWith("dropout_prob")) {
          json.addProperty(key, 0);
        }
      }
      return new Subject(ligo, stack, json, task, oneBatch, hasSmall);
    }

    Subject withOneBatch() {
      return new Subject(ligo, stack, config, task, true, hasSmall);
    }

    Subject withoutSmall() {
      return new Subject(ligo, stack, config, task, oneBatch, false);
    }

    SortedMap<String, HostArray> values() {
      return draw(model(), 1);
    }

    private static SortedMap<String, HostArray> draw(ModelSpec<?> model, long seed) {
      SortedMap<String, HostArray> values = new TreeMap<>();
      for (Parameter p : model.layout().parameters()) {
        Initializer around = new Initializer(p.initializer().mean(), 0.3);
        for (int l = 0; l < model.layout().layers(p); l++) {
          values.put(p.at(l), around.array(DType.FLOAT64, p.shape(), p.at(l), seed));
        }
      }
      return values;
    }

    Map<String, TensorSpec> specs() {
      Map<String, TensorSpec> specs = new TreeMap<>();
      batch(0).forEach((n, a) -> specs.put(n, a.spec()));
      return specs;
    }

    /** Returns the specs of the batches as the task declares them, in float32. */
    Map<String, TensorSpec> declared() {
      return model().forTask(task).batchSpecs(EXAMPLES, TOKENS);
    }

    /** Draws a batch: integers below the smallest number of rows that they look up, masks of 1. */
    @Override
    public SortedMap<String, HostArray> batch(long index) {
      SeededRandom random = new SeededRandom(oneBatch ? 0 : index, "batch");
      SortedMap<String, HostArray> batch = new TreeMap<>();
      model()
          .forTask(task)
          .batchSpecs(EXAMPLES, TOKENS)
          .forEach(
              (name, spec) -> {
                boolean floating = spec.dtype().isFloating();
                HostArray a =
                    HostArray.zeros(floating ? DType.FLOAT64 : spec.dtype(), spec.shape());
                for (int i = 0; i < a.size(); i++) {
                  a.set(i, entry(name, i, random));
                }
                batch.put(name, a);
              });
      return batch;
    }

    private static double entry(String name, int i, SeededRandom random) {
      return switch (name) {
        case "attention_mask" -> i == TOKENS - 1 ? 0 : 1;
        case "masked_positions" -> random.nextInt(EXAMPLES * TOKENS);
        case "token_type_ids" -> random.nextInt(2);
        case "labels" -> random.nextInt(3);
        case "pixel_values" -> random.nextGaussian();
        case "masked_weights", "next_weights", "weights" -> i == 1 ? 0 : 1;
        default -> random.nextInt(VOCABULARY);
      };
    }

    @Override
    public long batchesPerPass() {
      return 2;
    }

    @Override
    public String toString() {
      return model().architecture().name();
    }
  }

  private Subject subject(String stack, String task, String config) {
    return new Subject(
        ligo,
        stack,
        JsonParser.parseString(config.replace('\'', '"')).getAsJsonObject(),
        task,
        false,
        true);
  }

  Subject bert() {
    return subject(
        "bert.encoder.layer",
        "masked-lm",
        "{'model_type': 'bert', 'vocab_size': 11, 'hidden_size': 8, 'num_hidden_layers': 4,"
            + " 'num_attention_heads': 2, 'intermediate_size': 12, 'max_position_embeddings': 6,"
            + " 'layer_norm_eps': 1e-3, 'hidden_dropout_prob': 0.1,"
            + " 'attention_probs_dropout_prob': 0.1}");
  }

  List<Subject> subjects() {
    return List.of(
        bert(),
        subject(
            "roberta.encoder.layer",
            "masked-lm",
            "{'model_type': 'roberta', 'vocab_size': 11, 'hidden_size': 8,"
                + " 'num_hidden_layers': 4, 'num_attention_heads': 2, 'intermediate_size': 12,"
                + " 'max_position_embeddings': 8, 'layer_norm_eps': 1e-3, 'type_vocab_size': 1,"
                + " 'pad_token_id': 1, 'hidden_dropout_prob': 0.1,"
                + " 'attention_probs_dropout_prob': 0.1}"),
        subject(
            "transformer.h",
            "causal-lm",
            "{'model_type': 'gpt2', 'vocab_size': 11, 'n_embd': 8, 'n_layer': 4, 'n_head': 2,"
                + " 'n_inner': 12, 'n_positions': 6, 'layer_norm_epsilon': 1e-3, 'embd_pdrop': 0.1,"
                + " 'attn_pdrop': 0.1, 'resid_pdrop': 0.1}"),
        subject("vit.encoder.layer", "classification", vision("vit")),
        subject("deit.encoder.layer", "distilled-classification", vision("deit")),
        subject(
            "blocks",
            "classification",
            "{'architecture': 'cait_xxs24_224', 'num_classes': 3, 'model_args': {'img_size': 6,"
                + " 'patch_size': 3, 'in_chans': 1, 'embed_dim': 8, 'depth': 4,"
                + " 'num_heads': 2, 'mlp_ratio': 1.5, 'depth_token_only': 2,"
                + " 'mlp_ratio_token_only': 1.5, 'init_values': 0.3}}"));
  }

  private static String vision(String type) {
    return "{'model_type': '"
        + type
        + "', 'image_size': 6, 'patch_size': 3, 'num_channels': 1, 'hidden_size': 8,"
        + " 'num_hidden_layers': 4, 'num_attention_heads': 2, 'intermediate_size': 12,"
        + " 'layer_norm_eps': 1e-3, 'hidden_dropout_prob': 0.1,"
        + " 'attention_probs_dropout_prob': 0.1, 'id2label': {'0': 'a', '1': 'b', '2': 'c'}}";
  }

  Backend backend(String name) {
    return open.computeIfAbsent(name, n -> Backends.open(n, BackendOptions.cpu().withThreads(1)));
  }

  /** Returns a trainer by AdamW without decay and clipping, at one rate. */
  Trainer trainer(
      String backend,
      Subject s,
      Map<String, HostArray> values,
      long steps,
      Moments moments,
      TrainingStrategy... strategies) {
    TrainingOptions options =
        new TrainingOptions(
            steps,
            1,
            new Schedule(Schedule.Decay.CONSTANT, RATE, 0, steps, 0),
            new Optimizer(Optimizer.Kind.ADAMW, new AdamW(0.9, 0.999, 1e-6, 0), 0),
            steps,
            2,
            7);
    Optional<TrainingStrategy.SmallModel> small =
        s.hasSmall() ? Optional.of(s.small()) : Optional.empty();
    return new Trainer(
        backend(backend),
        s.model().forTask(s.task()),
        values,
        options,
        new TrainingSetup(s.specs(), List.of(strategies), small, moments));
  }

  /** Returns the parameters after a run. */
  SortedMap<String, HostArray> train(
      String backend, Subject s, long steps, TrainingStrategy... strategies) {
    try (Trainer trainer = trainer(backend, s, s.values(), steps, Moments.NONE, strategies)) {
      trainer.run(steps, s, Optional.empty(), new Trainer.Listener() {});
      return trainer.values();
    }
  }

  /** Returns the operations of a run. */
  double flops(Subject s, long steps, TrainingStrategy... strategies) {
    try (Trainer trainer = trainer("pytorch", s, s.values(), steps, Moments.NONE, strategies)) {
      return trainer.flops(steps);
    }
  }

  @Override
  public void close() {
    open.values().forEach(Backend::close);
  }
}
