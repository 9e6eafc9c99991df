package dev.ligo.it.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.TensorSpec;
import dev.ligo.core.data.BatchSource;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.LabelledExamples;
import dev.ligo.core.model.Classification;
import dev.ligo.core.model.ForwardContext;
import dev.ligo.core.model.Labels;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Scores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Accuracy and F1 against scikit-learn's. */
class ClassificationMetricsTest {
  private static final Path FILE = Path.of("src/test/resources/golden/f1.json");
  private static final GoldenBackends BACKENDS = new GoldenBackends();

  private record Case(
      int classes,
      List<Integer> actual,
      List<Integer> predicted,
      double accuracy,
      double macro,
      Double f1) {}

  @AfterAll
  static void close() {
    BACKENDS.close();
  }

  @Test
  void accuracyAndF1AreThoseOfScikitLearn() throws IOException {
    JsonObject file = JsonParser.parseString(Files.readString(FILE)).getAsJsonObject();
    List<Case> cases = new ArrayList<>();
    file.getAsJsonArray("cases").forEach(e -> cases.add(new Gson().fromJson(e, Case.class)));
    assertThat(cases).hasSize(9);
    for (String backend : GoldenBackends.NAMES) {
      for (Case c : cases) {
        Map<String, Double> found = metrics(backend, c);
        assertThat(found.get("accuracy")).as("%s", c).isCloseTo(c.accuracy(), within(1e-12));
        assertThat(found.get("macro_f1")).as("%s", c).isCloseTo(c.macro(), within(1e-12));
        assertThat(found.containsKey("f1")).isEqualTo(c.classes() == 2);
        if (c.classes() == 2) {
          assertThat(found.get("f1")).as("%s", c).isCloseTo(c.f1(), within(1e-12));
        }
        assertThat(found.get("scored")).isEqualTo(c.actual().size());
      }
    }
  }

  /** Measures as two batches, the second filled up with an example that does not count. */
  private static Map<String, Double> metrics(String backend, Case c) {
    GivenLogits task = new GivenLogits();
    Program program =
        (t, in) -> {
          ForwardContext x = new ForwardContext(t, in.under("batch/"), false);
          NamedTensors none = NamedTensors.of(Map.of());
          Scores scores = task.scores(new Parameters(t, none), c.classes(), none, x);
          return scores.loss(t, false).auxiliaries().with(NamedTensors.of(task.counts(t, scores)));
        };
    Map<String, Double> sums = new TreeMap<>();
    int half = (c.actual().size() + 1) / 2;
    for (int start = 0; start < c.actual().size(); start += half) {
      BACKENDS
          .run(backend, program, Map.of(), batch(c, start, half), DType.FLOAT32)
          .forEach(
              (n, a) -> {
                for (int i = 0; i < a.size(); i++) {
                  sums.merge(a.shape().rank() == 0 ? n : n + "/" + i, a.get(i), Double::sum);
                }
              });
    }
    return task.metrics(sums);
  }

  private static Map<String, HostArray> batch(Case c, int start, int size) {
    HostArray logits = HostArray.zeros(DType.FLOAT32, Shape.of(size, c.classes()));
    HostArray labels = HostArray.zeros(DType.INT32, Shape.of(size));
    HostArray weights = HostArray.zeros(DType.FLOAT32, Shape.of(size));
    for (int i = 0; i < size && start + i < c.actual().size(); i++) {
      logits.set(i * c.classes() + c.predicted().get(start + i), 3);
      labels.set(i, c.actual().get(start + i));
      weights.set(i, 1);
    }
    return Map.of("logits", logits, "labels", labels, "weights", weights);
  }

  /** A classifier whose logits are given; its configuration is the number of its classes. */
  private static final class GivenLogits implements Classification<Integer> {
    @Override
    public String name() {
      return "given";
    }

    @Override
    public String className() {
      return "Given";
    }

    @Override
    public void parameters(Integer config, Layout p) {}

    @Override
    public Tensor logits(Parameters w, Integer config, NamedTensors outputs, ForwardContext x) {
      return x.get("logits");
    }

    @Override
    public Map<String, TensorSpec> batchSpecs(Integer config, int batchSize, int sequenceLength) {
      return Map.of();
    }

    @Override
    public Labels labels(Integer config) {
      return Labels.unnamed(config);
    }

    @Override
    public Integer withLabels(Integer config, Labels labels) {
      return labels.size();
    }

    @Override
    public LabelledExamples examples(Integer config, DataRequest request) {
      throw new DataException("there are none.");
    }

    @Override
    public BatchSource batches(Integer config, LabelledExamples examples, DataRequest request) {
      throw new DataException("there are none.");
    }
  }
}
