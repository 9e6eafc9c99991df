package dev.ligo.it.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.google.gson.JsonParser;
import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Backends;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Precision;
import dev.ligo.api.TensorSpec;
import dev.ligo.core.Ligo;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.TaskModel;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.Trainer;
import dev.ligo.core.train.TrainingOptions;
import dev.ligo.it.RandomBatches;
import dev.ligo.it.TestBackends;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Training with products in bfloat16 ends where training in float32 does. {@code -Dligo.steps=500}
 * makes as many steps.
 */
class PrecisionTest {
  private static final int STEPS = Integer.getInteger("ligo.steps", 5);
  private static final int LAST = 10;
  private static final double PERCENT = 0.5;
  private static final int VOCABULARY = 64;
  private static final int ROWS = 4;
  private static final int TOKENS = 16;

  /** Below which number each kind of ids is drawn, small ones more often: that can be learned. */
  private static final Map<String, Integer> DRAWN =
      Map.of(
          "input_ids",
          VOCABULARY,
          "next_ids",
          VOCABULARY,
          "masked_labels",
          VOCABULARY,
          "labels",
          4);

  private record Skewed(BatchSource even) implements BatchSource {
    Skewed(Map<String, TensorSpec> specs) {
      this(new RandomBatches(specs, below(), DType.FLOAT32));
    }

    private static Map<String, Integer> below() {
      Map<String, Integer> below = new TreeMap<>(DRAWN);
      below.put("masked_positions", ROWS * TOKENS);
      below.put("token_type_ids", 2);
      return below;
    }

    @Override
    public SortedMap<String, HostArray> batch(long index) {
      SortedMap<String, HostArray> batch = even.batch(index);
      DRAWN.forEach(
          (name, bound) -> {
            HostArray drawn = batch.getOrDefault(name, HostArray.scalar(DType.INT32, 0));
            for (int i = 0; i < drawn.size(); i++) {
              drawn.set(i, Math.floor(drawn.get(i) * drawn.get(i) / bound));
            }
          });
      return batch;
    }

    @Override
    public long batchesPerPass() {
      return even.batchesPerPass();
    }
  }

  private static final List<String> CONFIGS =
      List.of(
          """
          {"model_type": "bert", "vocab_size": 64, "hidden_size": 64, "num_hidden_layers": 2,
           "num_attention_heads": 2, "intermediate_size": 128, "max_position_embeddings": 32}
          """,
          """
          {"model_type": "gpt2", "vocab_size": 64, "n_embd": 64, "n_layer": 2, "n_head": 2,
           "n_positions": 32}
          """,
          """
          {"model_type": "llama", "vocab_size": 64, "hidden_size": 64, "num_hidden_layers": 2,
           "num_attention_heads": 2, "num_key_value_heads": 1, "intermediate_size": 128,
           "max_position_embeddings": 32, "tie_word_embeddings": true}
          """,
          """
          {"model_type": "vit", "hidden_size": 64, "num_hidden_layers": 2,
           "num_attention_heads": 2, "intermediate_size": 128, "image_size": 16, "patch_size": 4,
           "num_channels": 3, "id2label": {"0": "a", "1": "b", "2": "c", "3": "d"}}
          """);

  static List<String> engines() {
    return TestBackends.names();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void theLossEndsAsInFloat32(String engine) {
    for (String config : CONFIGS) {
      double exact = loss(engine, Precision.FLOAT32, config);
      double rounded = loss(engine, Precision.BF16, config);
      assertThat(rounded).as(config).isNotEqualTo(exact);
      assertThat(rounded).as(config).isCloseTo(exact, withinPercentage(PERCENT));
    }
  }

  /** Returns the mean loss of the last steps. */
  private static double loss(String engine, Precision precision, String config) {
    ModelSpec<?> described = Ligo.create().model(JsonParser.parseString(config).getAsJsonObject());
    TaskModel<?> model = described.forPretraining().withHead();
    TrainingOptions options =
        TrainingOptions.builder(STEPS)
            .decay(Schedule.Decay.CONSTANT)
            .learningRate(1e-3)
            .evaluateEvery(TrainingOptions.AT_END)
            .build();
    double[] sum = {0};
    try (Backend backend =
            Backends.open(engine, BackendOptions.cpu().withThreads(1).withPrecision(precision));
        Trainer trainer =
            new Trainer(
                backend, model, model.spec().initialValuesOnDemand(DType.FLOAT32, 1), options)) {
      trainer.run(
          STEPS,
          new Skewed(model.batchSpecs(ROWS, TOKENS)),
          Optional.empty(),
          p ->
              p.learning()
                  .filter(l -> trainer.steps() > STEPS - LAST)
                  .ifPresent(l -> sum[0] += l.loss()));
    }
    return sum[0] / Math.min(LAST, STEPS);
  }
}
