package dev.ligo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.ligo.core.Ligo;
import dev.ligo.core.model.Architecture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad input ends with exit code 1 and one line, and leaves nothing behind. */
class BadInputTest {
  @TempDir Path directory;
  private Path small;

  @BeforeEach
  void writeCheckpoint() {
    small = TinyBert.checkpoint(directory.resolve("small"));
  }

  private void assertRefused(String message, Object... arguments) {
    CommandRun.assertRefused(directory, message, arguments);
  }

  private void assertGrowthRefused(String message, Object... options) {
    assertGrowthByMethodRefused("fpi", message, options);
  }

  private void assertGrowthByMethodRefused(String method, String message, Object... options) {
    List<Object> arguments = new ArrayList<>(List.of("grow", "--from", small, "--method", method));
    arguments.addAll(List.of("--out", directory.resolve("large")));
    arguments.addAll(List.of(options));
    assertRefused(message, arguments.toArray());
  }

  private void config(Consumer<JsonObject> change) {
    JsonObject config = TinyBert.config();
    change.accept(config);
    TinyBert.write(small.resolve("config.json"), config.toString());
  }

  @Test
  void aMissingDirectory() {
    assertRefused("there is no such directory", "inspect", directory.resolve("none"));
  }

  @Test
  void aMissingConfig() throws IOException {
    Files.delete(small.resolve("config.json"));
    assertRefused("has no config.json", "inspect", small);
  }

  @Test
  void missingWeights() throws IOException {
    Files.delete(small.resolve("model.safetensors"));
    assertRefused("safetensors", "inspect", small);
  }

  @Test
  void truncatedWeights() throws IOException {
    try (FileChannel weights =
        FileChannel.open(small.resolve("model.safetensors"), StandardOpenOption.WRITE)) {
      weights.truncate(weights.size() - 4);
    }
    assertGrowthRefused("model.safetensors", "--layers", 4);
  }

  /** Replaces the last value of the weights. */
  private void lastValue(float value) throws IOException {
    try (FileChannel weights =
        FileChannel.open(small.resolve("model.safetensors"), StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
      weights.write(bytes.putFloat(value).flip(), weights.size() - 4);
    }
  }

  @Test
  void valuesThatAreNotFinite() throws IOException {
    lastValue(Float.NaN);
    assertGrowthRefused("holds values that are not finite", "--layers", 4);
  }

  @Test
  void valuesThatAreTooLargeForTheDtype() throws IOException {
    lastValue(-70_000);
    assertGrowthRefused(
        "holds values as large as -70000.0, which F16 cannot; store it as BF16 or F32 or F64:"
            + " --dtype float32 or bfloat16 does so.",
        "--layers",
        4,
        "--dtype",
        "float16");
  }

  @Test
  void anUnknownFamily() {
    config(c -> c.addProperty("model_type", "mamba"));
    Collection<Architecture<?>> families = Ligo.create().architectures();
    String types = sorted(families.stream().flatMap(a -> a.modelTypes().stream()));
    assertThat(types).contains("bert, ");
    assertGrowthRefused(
        "expected a 'model_type' of "
            + types
            + ", or timm's 'architecture' of one of these or of cait; found \"mamba\"");
  }

  private static String sorted(Stream<String> names) {
    return names.sorted().collect(Collectors.joining(", "));
  }

  @Test
  void numbersOutOfRange() {
    config(c -> c.addProperty("layer_norm_eps", -1));
    assertRefused("'layer_norm_eps' should be a number above 0, found -1", "inspect", small);
    config(c -> c.addProperty("initializer_range", -0.1));
    assertRefused("'initializer_range' should be a number of at least 0", "inspect", small);
  }

  @Test
  void aSizeThatIsSet() {
    assertGrowthRefused(
        "only values that leave the weights as they are can be set. Growing changes the numbers of"
            + " layers and heads",
        "--layers",
        4,
        "--set",
        "max_position_embeddings=32");
  }

  @Test
  void aLossThatIsNotFinite() throws IOException {
    try (FileChannel weights =
        FileChannel.open(small.resolve("model.safetensors"), StandardOpenOption.WRITE)) {
      ByteBuffer large = ByteBuffer.allocate(4000).order(ByteOrder.LITTLE_ENDIAN);
      while (large.hasRemaining()) {
        large.putFloat(3e38f);
      }
      weights.write(large.flip(), weights.size() - 4000);
    }
    Path text = TinyBert.text(directory.resolve("text.txt"));
    CommandRun run =
        CommandRun.of("evaluate", "--from", small, "--data", text, "--batches", 1, "--threads", 1);
    assertThat(run.code()).as(run.out()).isEqualTo(1);
    assertThat(run.err()).contains(small + ": has a loss of NaN on the data");
  }

  @Test
  void aMissingKey() {
    config(c -> c.remove("hidden_size"));
    assertGrowthRefused("'hidden_size' is missing", "--layers", 4);
  }

  @Test
  void anOptionThatWouldBeIgnored() {
    config(c -> c.addProperty("position_embedding_type", "relative_key"));
    assertGrowthRefused("'position_embedding_type' is \"relative_key\"", "--layers", 4);
  }

  @Test
  void shapesThatTheConfigDoesNotSay() {
    config(c -> c.addProperty("intermediate_size", 32));
    assertGrowthRefused("should have shape", "--layers", 4);
  }

  @Test
  void aSmallerTarget() {
    assertGrowthRefused("would shrink from 2 to 1", "--layers", 1);
  }

  @Test
  void aHiddenSizeThatIsNoMultipleOfTheHeads() {
    // Sizes that are offered are larger than the source's 8.
    assertGrowthRefused(
        "is not a multiple of the head width 4; near it method 'fpi' grows this model to"
            + " hidden_size 12,",
        "--hidden",
        10);
    assertGrowthRefused(
        "the hidden size 3 is smaller than the source's 8, and not a multiple of the head width 4;"
            + " near it method 'fpi' grows this model to hidden_size 12,",
        "--hidden",
        3);
    assertGrowthRefused(", or to hidden_size 16, ", "--hidden", 14);
    assertGrowthRefused("grows this model to hidden_size 15, ", "--hidden", 16, "--heads", 3);
  }

  /** Also where four times as much would no longer be counted by an int. */
  @Test
  void aSizeThatNoModelHas() {
    assertGrowthRefused("the feed-forward width should be at most", "--hidden", 16_777_216);
    assertGrowthRefused("more than the 2147483647 of an array", "--hidden", 800_000);
    assertRefused("at most 16777216 tokens", "inspect", small, "--batch-size", 2_000_000_000);
    config(c -> c.addProperty("hidden_size", 2_000_000_000));
    assertRefused("the hidden size should be at most 16777216, found 2000000000", "inspect", small);
    config(c -> c.addProperty("num_hidden_layers", 100_000));
    assertRefused("the number of layers should be at most 65536, found 100000", "inspect", small);
    config(c -> c.addProperty("vocab_size", 2_000_000_000));
    assertRefused(
        "the size of the vocabulary should be at most 16777216, found 2000000000",
        "inspect",
        small);
  }

  @Test
  void aTokenizerThatIsNone() throws IOException {
    Path tokenizer = small.resolve("tokenizer.json");
    Files.writeString(tokenizer, "");
    assertGrowthRefused(tokenizer + ": is empty; fetch it again", "--layers", 4);
    Files.delete(tokenizer);
    Files.createDirectory(tokenizer);
    assertGrowthRefused(tokenizer + ": should be a file, found a directory", "--layers", 4);
  }

  /** Before the backend is opened, which would say so in a line of its own. */
  @Test
  void dataThatAreNotThere() {
    Path none = directory.resolve("none.txt");
    Path text = TinyBert.text(directory.resolve("text.txt"));
    Path out = directory.resolve("out");
    String nothing = none + ": expected a file or directory, found nothing";
    assertRefused(nothing, "evaluate", "--from", small, "--data", none);
    assertRefused(nothing, "pretrain", "--from", small, "--data", none, "--steps", 1, "--out", out);
    assertRefused(
        nothing,
        "pretrain",
        "--from",
        small,
        "--data",
        text,
        "--eval-data",
        none,
        "--steps",
        1,
        "--out",
        out);
    assertRefused(nothing, "finetune", "--from", small, "--data", none, "--out", out);
    assertGrowthByMethodRefused("ligo", nothing, "--layers", 4, "--data", none);
    assertRefused(
        nothing,
        "compare",
        "--from",
        small,
        "--layers",
        4,
        "--methods",
        "scratch,copy",
        "--data",
        none,
        "--eval-data",
        text,
        "--steps",
        9,
        "--eval-every",
        1,
        "--out",
        out);
  }

  @Test
  void aMethodThatOnlyDeepens() {
    assertGrowthByMethodRefused("stack", "method 'stack' only deepens", "--hidden", 16);
  }

  @Test
  void aDestinationThatExists() {
    Path large = TinyBert.checkpoint(directory.resolve("large"));
    assertGrowthRefused(large + ": exists already", "--layers", 4);
    Path text = TinyBert.text(directory.resolve("text.txt"));
    for (String command : List.of("pretrain", "finetune")) {
      assertRefused(
          large + ": exists already",
          command,
          "--from",
          small,
          "--data",
          text,
          "--steps",
          1,
          "--out",
          large);
    }
  }

  @Test
  void anOperatorFileThatExists() {
    Path file = TinyBert.text(directory.resolve("operator"));
    assertGrowthRefused(file + ": exists already", "--layers", 4, "--operator-out", file);
  }

  @Test
  void anOperatorThatIsNone() {
    Path file = small.resolve("model.safetensors");
    assertGrowthRefused("holds no growth operator", "--layers", 4, "--operator", file);
  }

  @Test
  void theStackTraceIsShownWhenAskedFor() {
    CommandRun run = CommandRun.of("inspect", directory.resolve("none"), "--verbose");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("CheckpointException").contains("\tat dev.ligo");
  }
}
