package dev.ligo.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.gson.JsonObject;
import dev.ligo.api.Backend;
import dev.ligo.api.Backends;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.Ligo;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.comparison.ComparisonResults;
import dev.ligo.core.fixtures.TinyModel;
import dev.ligo.core.fixtures.TinyTransformer;
import dev.ligo.core.fixtures.TinyTransformer.Form;
import dev.ligo.core.fixtures.TinyValues;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.OperatorFile;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.train.MomentsFile;
import dev.ligo.core.train.RunIdentity;
import dev.ligo.core.train.TrainingDirectory;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;

/** The files that ligo writes for itself. */
class OwnFilesFuzzTest {
  private static final Path COMPARED = Path.of("../docs/results/bert-32-seeds-5-7");
  private static final String COMPARISON = "comparison.json";
  private static final String SCRATCH = "runs/scratch@0.002-5.json";

  private static final ModelSpec<?> SMALL = TinyTransformer.model(Form.DECODER, 1, 4, 2, 4);
  private static final GrowthPlan PLAN =
      new GrowthPlan(SMALL, TinyTransformer.model(Form.DECODER, 2, 6, 3, 6));
  private static final Map<String, HostArray> VALUES = TinyValues.of(SMALL, 1);

  private static final RunIdentity RUN = RunIdentity.of(new JsonObject());
  private static final String STATE = "out.training/state-0000000003.safetensors";

  private static final Reading READING = Reading.inScratch();
  private static final Reading COMPARISONS = Reading.inScratch();
  private static final Reading RUNS = Reading.inScratch();
  private static Backend backend;

  @BeforeAll
  static void putWhatIsNotMutated() {
    backend = Backends.open("plain");
    COMPARISONS.put(SCRATCH, Seeds.bytes(COMPARED.resolve(SCRATCH)));
    RUNS.put(COMPARISON, Seeds.bytes(COMPARED.resolve(COMPARISON)));
    save(READING.directory());
  }

  @AfterAll
  static void close() {
    backend.close();
  }

  static Stream<byte[]> operator() {
    Ligo ligo = Ligo.create();
    return Stream.of("copy", "aki", "lemon", "ligo")
        .map(
            method ->
                Seeds.written(
                    file -> OperatorFile.write(ligo.method(method).operator(PLAN, 1), file)));
  }

  /** An operator that is read can be applied. */
  @MethodSource
  @FuzzTest
  void operator(byte[] content) {
    READING.of(
        "operator.safetensors",
        content,
        file -> TinyModel.grown(backend, OperatorFile.read(file, PLAN), VALUES));
  }

  static Stream<byte[]> moments() {
    Map<String, HostArray> values = new TreeMap<>();
    JsonObject ages = new JsonObject();
    VALUES.forEach(
        (name, array) -> {
          ages.addProperty(name, 7);
          values.put("first/" + name, array);
          values.put("second/" + name, array);
        });
    Map<String, String> metadata = Map.of("ligo.steps", ages.toString());
    return Stream.of(Seeds.safetensors(FileDType.F32, values, metadata));
  }

  @MethodSource
  @FuzzTest
  void moments(byte[] content) {
    READING.of(
        "optimizer.safetensors",
        content,
        file -> {
          try (MomentsFile moments = MomentsFile.open(file, SMALL.layout().shapes())) {
            moments.read();
          }
        });
  }

  static Stream<byte[]> state() {
    Reading saved = Reading.inScratch();
    save(saved.directory());
    return Stream.of(Seeds.bytes(saved.directory().resolve(STATE)));
  }

  @MethodSource
  @FuzzTest
  void state(byte[] content) {
    READING.of(
        STATE,
        content,
        file -> TrainingDirectory.open(READING.directory().resolve("out"), RUN, true).close());
  }

  private static void save(Path directory) {
    try (TrainingDirectory run = TrainingDirectory.open(directory.resolve("out"), RUN, false)) {
      run.save(3, Map.of("weight", HostArray.of(Shape.of(2), 1, 2)));
    }
  }

  static Stream<byte[]> comparison() {
    return Seeds.named(COMPARISON, COMPARED);
  }

  @MethodSource
  @FuzzTest
  void comparison(byte[] content) {
    COMPARISONS.of(COMPARISON, content, file -> ComparisonResults.read(file.getParent()).json());
  }

  static Stream<byte[]> run() {
    return Stream.of(Seeds.bytes(COMPARED.resolve(SCRATCH)));
  }

  @MethodSource
  @FuzzTest
  void run(byte[] content) {
    RUNS.of(SCRATCH, content, file -> ComparisonResults.read(RUNS.directory()).json());
  }
}
