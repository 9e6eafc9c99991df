package dev.ligo.it.bench;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.api.Backend;
import dev.ligo.api.DType;
import dev.ligo.core.Ligo;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.it.RandomBatches;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Measures a training step of each family, as a share of each engine's arithmetic. */
final class FamilySteps implements Benchmark {
  private static final int SEQUENCE = 128;
  private static final int VOCABULARY = 8192;

  /** A family with a model of it, 4 layers × 256, and a batch of about 2,000 tokens. */
  private record Subject(
      String name, int rows, String config, Map<String, Integer> below, Optional<Bar> bar) {
    ModelSpec<?> model() {
      JsonObject json = JsonParser.parseString(config).getAsJsonObject();
      ModelSpec<?> model = Ligo.create().model(json);
      return model.withHead(model.pretraining());
    }

    RandomBatches batches(ModelSpec<?> model) {
      return new RandomBatches(
          model.forTask(model.pretraining()).batchSpecs(rows, SEQUENCE), below, DType.FLOAT32);
    }
  }

  private static final Optional<Bar> SIXTY_PER_CENT = Optional.of(Bar.atLeast(0.6));

  private static final Map<String, Integer> MASKED_LM =
      Map.of(
          "input_ids", VOCABULARY,
          "masked_labels", VOCABULARY,
          "masked_positions", 16 * SEQUENCE);

  private static final String ENCODER =
      """
      {"model_type": "%s", "vocab_size": 8192, "hidden_size": 256, "num_hidden_layers": 4,
       "num_attention_heads": 4, "intermediate_size": 1024, "max_position_embeddings": 130,
       "pad_token_id": %d, "hidden_dropout_prob": 0, "attention_probs_dropout_prob": 0}
      """;

  private static final String GPT2 =
      """
      {"model_type": "gpt2", "vocab_size": 8192, "n_embd": 256, "n_layer": 4, "n_head": 4,
       "n_positions": 128, "resid_pdrop": 0, "embd_pdrop": 0, "attn_pdrop": 0}
      """;

  /** Images of 224 × 224, as 196 patches. */
  private static final String IMAGES =
      """
      {"model_type": "%s", "hidden_size": 256, "num_hidden_layers": 4, "num_attention_heads": 4,
       "intermediate_size": 1024, "image_size": 224, "patch_size": 16, "num_channels": 3,
       "num_labels": 100, "hidden_dropout_prob": 0, "attention_probs_dropout_prob": 0}
      """;

  private static final String CAIT =
      """
      {"architecture": "cait_xxs24_224", "num_classes": 100, "num_features": 192,
       "global_pool": "token",
       "model_args": {"embed_dim": 192, "depth": 4, "num_heads": 4, "img_size": 224,
                      "patch_size": 16, "num_classes": 100}}
      """;

  private static final List<Subject> SUBJECTS =
      List.of(
          new Subject("bert", 16, ENCODER.formatted("bert", 0), MASKED_LM, SIXTY_PER_CENT),
          new Subject("roberta", 16, ENCODER.formatted("roberta", 1), MASKED_LM, SIXTY_PER_CENT),
          new Subject(
              "gpt2",
              16,
              GPT2,
              Map.of("input_ids", VOCABULARY, "next_ids", VOCABULARY),
              SIXTY_PER_CENT),
          new Subject("vit", 10, IMAGES.formatted("vit"), Map.of("labels", 100), SIXTY_PER_CENT),
          new Subject("deit", 10, IMAGES.formatted("deit"), Map.of("labels", 100), SIXTY_PER_CENT),
          // Its heads are 48 wide and mix their scores: what that costs is reported.
          new Subject("cait", 10, CAIT, Map.of("labels", 100), Optional.empty()));

  @Override
  public String name() {
    return "families";
  }

  @Override
  public String summary() {
    return "a training step of each family, 4 × 256, on each engine, against matrix products";
  }

  @Override
  public List<Result> run(Settings settings) {
    List<Result> results = new ArrayList<>();
    for (String engine : List.of("pytorch", "tensorflow")) {
      try (Backend backend = LigoTraining.open(engine, settings);
          MatmulRate products = new MatmulRate(backend)) {
        for (Subject subject : SUBJECTS) {
          results.add(result(settings, backend, products, subject));
        }
      }
    }
    return results;
  }

  private static Result result(
      Settings settings, Backend backend, MatmulRate products, Subject subject) {
    ModelSpec<?> model = subject.model();
    RandomBatches data = subject.batches(model);
    try (LigoTraining step = new LigoTraining(backend, model, Workload.values(model), data)) {
      Rounds rounds = Rounds.of(settings, List.of(step, products));
      double flops = 3.0 * model.forTask(model.pretraining()).forwardFlops(data.specs());
      double perProduct = MatmulRate.flops() / flops;
      Result share =
          Result.of(
                  subject.name() + " on " + backend.name(), flops / 1e9 / rounds.best(0), "GFLOP/s")
              .against(
                  "product of 1024³",
                  MatmulRate.flops() / 1e9 / rounds.best(1),
                  rounds.ratio(1, 0) / perProduct,
                  rounds.medianRatio(1, 0) / perProduct);
      return subject.bar().map(share::bar).orElse(share);
    }
  }
}
