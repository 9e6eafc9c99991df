package dev.ligo.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.fixtures.FamilyTest;
import dev.ligo.core.fixtures.TinyTransformer;
import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.GrowthPlan;
import dev.ligo.core.growth.OperatorFile;
import dev.ligo.core.growth.apply.OperatorApplication;
import dev.ligo.core.growth.method.LigoMethod;
import dev.ligo.core.growth.method.LigoOptions;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Sizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contents of the directories that growing writes. */
class GrownDirectoryTest extends FamilyTest {
  private static final Sizes LARGER = Sizes.SAME.withLayers(5).withHidden(36);

  @TempDir Path directory;

  /** Writes an encoder of 3 layers × 24 whose config has a key and a literal of its own. */
  private Path source() {
    return source(TinyTransformer.Form.ENCODER);
  }

  private Path source(TinyTransformer.Form form) {
    Path path = directory.resolve("source-" + form);
    if (Files.exists(path)) {
      return path;
    }
    JsonObject json = TinyTransformer.json(form, 3, 24, 4, 40);
    json.addProperty("unknown", "kept");
    json.add("layer_norm_eps", JsonParser.parseString("1.0E-03"));
    ModelSpec<?> encoder = ligo.model(json);
    ModelSpec<?> model = encoder.withHead(encoder.pretraining());
    try (CheckpointWriter writer =
        CheckpointWriter.create(path, model, Dialect.CANONICAL, name -> FileDType.F32, Map.of())) {
      model.initialValues(DType.FLOAT32, 1).forEach(writer::write);
      writer.finish(Map.of(), "", Map.of());
    }
    return path;
  }

  private Growth.Report grow(String method, Sizes sizes, String out) {
    return grow(source(), method, sizes, out);
  }

  private Growth.Report grow(Path source, String method, Sizes sizes, String out) {
    try (Checkpoint small = ligo.open(source)) {
      return ligo.grow(small, method).to(sizes).seed(5).save(directory.resolve(out));
    }
  }

  @ParameterizedTest
  @EnumSource(TinyTransformer.Form.class)
  void growingToTheSameSizesChangesNoBit(TinyTransformer.Form form) {
    for (String method :
        new String[] {
          "copy",
          "stack",
          "interpolation",
          "fpi",
          "aki",
          "net2net",
          "hypercloning",
          "lemon",
          "mslt",
          "slices",
          "tile"
        }) {
      Path grown = directory.resolve(method);
      grow(source(form), method, Sizes.SAME, method);
      try (HuggingFaceDirectory before = HuggingFaceDirectory.open(source(form));
          HuggingFaceDirectory after = HuggingFaceDirectory.open(grown)) {
        assertThat(after.tensors()).isEqualTo(before.tensors());
        before
            .tensors()
            .keySet()
            .forEach(
                n -> assertThat(after.read(n).bytes()).as(n).isEqualTo(before.read(n).bytes()));
        assertThat(after.config()).isEqualTo(before.config());
      }
    }
  }

  @Test
  void theSameSeedGivesTheSameBytesAndAnotherGivesOthers() throws IOException {
    grow("fpi", LARGER, "a");
    grow("fpi", LARGER, "b");
    for (String file :
        new String[] {"model.safetensors", "config.json", "growth.json", "README.md"}) {
      assertThat(directory.resolve("a").resolve(file))
          .hasSameBinaryContentAs(directory.resolve("b").resolve(file));
    }
    try (Checkpoint small = ligo.open(source())) {
      ligo.grow(small, "fpi").to(LARGER).seed(6).save(directory.resolve("c"));
    }
    assertThat(
            Files.mismatch(
                directory.resolve("a/model.safetensors"), directory.resolve("c/model.safetensors")))
        .isNotNegative();
  }

  @Test
  void theConfigKeepsUnknownKeysAndLiterals() {
    grow("fpi", LARGER, "large");
    try (HuggingFaceDirectory before = HuggingFaceDirectory.open(source());
        HuggingFaceDirectory after = HuggingFaceDirectory.open(directory.resolve("large"))) {
      JsonObject expected = before.config();
      expected.addProperty("num_hidden_layers", 5);
      expected.addProperty("hidden_size", 36);
      expected.addProperty("num_attention_heads", 6);
      expected.addProperty("intermediate_size", 60);
      assertThat(after.config().toString()).isEqualTo(expected.toString());
    }
  }

  /** From 24 to 36 units the variance is 2/3 of what it was. */
  @Test
  void aMethodThatChangesEpsilonWritesItAndItsFileKeepsIt() {
    grow("lemon", LARGER, "large");
    Path file = directory.resolve("operator.safetensors");
    try (Checkpoint small = ligo.open(source())) {
      double before = small.model().json().get("layer_norm_eps").getAsDouble();
      ligo.grow(small, "lemon").to(LARGER).operatorTo(file).save(directory.resolve("kept"));
      ligo.grow(small, "lemon").to(LARGER).operatorFrom(file).save(directory.resolve("again"));
      for (String grown : new String[] {"large", "again"}) {
        try (HuggingFaceDirectory after = HuggingFaceDirectory.open(directory.resolve(grown))) {
          assertThat(after.config().get("layer_norm_eps").getAsDouble())
              .isEqualTo(24.0 / 36 * before);
        }
      }
    }
  }

  @Test
  void anOperatorThatWasSavedAndLoadedGivesTheSameBytes() {
    for (AxisMap.Form form : AxisMap.Form.values()) {
      for (AxisMap.Sharing sharing : AxisMap.Sharing.values()) {
        LigoOptions options =
            LigoOptions.defaults()
                .withForm(form)
                .withSharing(sharing)
                .withStart(LigoOptions.DepthStart.RANDOM, 0.03, LigoOptions.WidthStart.RANDOM);
        savedAndLoaded(new LigoMethod(options), form + "-" + sharing);
      }
    }
    savedAndLoaded(ligo.method("fpi"), "fpi");
    savedAndLoaded(ligo.method("copy"), "copy");
  }

  private void savedAndLoaded(dev.ligo.core.growth.GrowthMethod method, String name) {
    try (Checkpoint small = ligo.open(source())) {
      GrowthPlan plan = GrowthPlan.of(small.model(), LARGER);
      GrowthOperator operator = method.operator(plan, 7);
      Path file = directory.resolve(name + ".safetensors");
      OperatorFile.write(operator, file);
      GrowthOperator loaded = OperatorFile.read(file, plan);
      assertThat(applied(loaded, small)).isEqualTo(applied(operator, small));
      Path again = directory.resolve(name + "-again.safetensors");
      OperatorFile.write(loaded, again);
      assertThat(again).hasSameBinaryContentAs(file);
    }
  }

  private Map<String, String> applied(GrowthOperator operator, Checkpoint small) {
    Map<String, String> bytes = new TreeMap<>();
    new OperatorApplication(operator, small::read, () -> backend)
        .run(
            (n, a) ->
                bytes.put(
                    n, java.nio.charset.StandardCharsets.ISO_8859_1.decode(a.bytes()).toString()));
    return bytes;
  }

  /**
   * Selections are applied on the host; LiGO's factors that begin as the same selections are
   * applied by the program. Products with ones and zeros are exact, and so is one scale.
   */
  @Test
  void theHostAndTheProgramGiveTheSame() {
    try (Checkpoint small = ligo.open(source())) {
      GrowthPlan plan = GrowthPlan.of(small.model(), LARGER);
      Map<String, HostArray> host = new TreeMap<>();
      new OperatorApplication(
              ligo.method("fpi").operator(plan, 7),
              small::read,
              () -> {
                throw new AssertionError("selections need no backend");
              })
          .run(host::put);
      LigoMethod ligoFromFpi =
          new LigoMethod(LigoOptions.defaults().withStart(ligo.method("fpi")).withWidthNoise(0));
      new OperatorApplication(ligoFromFpi.operator(plan, 7), small::read, () -> backend)
          .run(
              (n, a) -> {
                HostArray expected = host.get(n);
                assertThat(a.shape()).isEqualTo(expected.shape());
                for (int i = 0; i < a.size(); i++) {
                  assertThat(a.get(i)).as(n).isEqualTo(expected.get(i));
                }
              });
    }
  }

  @Test
  void directCopyInitialisesWhatNothingReachesAndLeavesTheRest() {
    grow("copy", LARGER, "large");
    try (Checkpoint small = ligo.open(source());
        Checkpoint large = ligo.open(directory.resolve("large"))) {
      HostArray from = small.read("layers.1.attention.query.weight");
      HostArray to = large.read("layers.1.attention.query.weight");
      assertThat(to.shape()).isEqualTo(Shape.of(36, 36));
      int zeros = 0;
      for (int i = 0; i < 36; i++) {
        for (int j = 0; j < 36; j++) {
          if (i < 24 && j < 24) {
            assertThat(to.get(i * 36 + j)).isEqualTo(from.get(i * 24 + j));
          } else {
            zeros += to.get(i * 36 + j) == 0 ? 1 : 0;
          }
        }
      }
      assertThat(zeros).isZero();
      HostArray gamma = large.read("layers.4.feed_forward.norm.weight");
      assertThat(gamma.toDoubles()).containsOnly(1.0);
      assertThat(gamma.dtype()).isEqualTo(DType.FLOAT32);
    }
  }
}
