package dev.ligo.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.ligo.cli.CommandRun;
import dev.ligo.cli.TinyBert;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code ligo verify} says of whole and of broken checkpoints. */
class VerifyCommandTest {
  @TempDir Path directory;
  private Path grown;

  @BeforeEach
  void grow() {
    Path small = TinyBert.checkpoint(directory.resolve("small"));
    grown = directory.resolve("grown");
    CommandRun run =
        CommandRun.of("grow", "--from", small, "--out", grown, "--method", "stack", "--layers", 4);
    assertThat(run.code()).as(run.err()).isZero();
  }

  private JsonObject verify(int code) {
    CommandRun run = CommandRun.of("verify", grown, "--json");
    assertThat(run.code()).as(run.out() + run.err()).isEqualTo(code);
    return run.json();
  }

  private static String result(JsonObject verified, String property) {
    for (JsonElement e : verified.getAsJsonArray("findings")) {
      JsonObject finding = e.getAsJsonObject();
      if (finding.get("property").getAsString().equals(property)) {
        return finding.get("result").getAsString() + ": " + finding.get("detail").getAsString();
      }
    }
    return "none";
  }

  /** Overwrites a value in the middle, where the embeddings are. */
  private void overwrite(float value) throws IOException {
    Path weights = grown.resolve("model.safetensors");
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(weights)).order(ByteOrder.LITTLE_ENDIAN);
    int start = (int) (Long.BYTES + bytes.getLong(0));
    int values = (bytes.capacity() - start) / Float.BYTES;
    bytes.putFloat(start + values / 2 * Float.BYTES, value);
    Files.write(weights, bytes.array());
  }

  @Test
  void aWholeCheckpointIsSound() {
    JsonObject verified = verify(0);
    assertThat(verified.get("sound").getAsBoolean()).isTrue();
    assertThat(result(verified, "hashes")).isEqualTo("holds: 1 file as written");
    assertThat(CommandRun.of("verify", grown).out())
        .contains("is sound")
        .containsPattern("finite values +ok");
  }

  @Test
  void aChangedValueIsNoticed() throws IOException {
    overwrite(3);
    JsonObject verified = verify(1);
    assertThat(result(verified, "finite values")).startsWith("holds");
    assertThat(result(verified, "hashes")).startsWith("broken: model.safetensors");
  }

  @Test
  void aValueThatIsNoNumberIsNamed() throws IOException {
    overwrite(Float.NaN);
    assertThat(result(verify(1), "finite values")).startsWith("broken").contains("not finite");
  }

  @Test
  void configAndTensorsThatDisagreeAreNamed() throws IOException {
    Path config = grown.resolve("config.json");
    String text = Files.readString(config);
    Files.writeString(config, text.replace("\"num_hidden_layers\": 4", "\"num_hidden_layers\": 5"));
    assertThat(result(verify(1), "config and tensors")).startsWith("broken: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{\"model\": ", "{} {}"})
  void aFileBesideTheWeightsThatIsNoJsonIsNamed(String content) throws IOException {
    Files.writeString(grown.resolve("tokenizer.json"), content);
    assertThat(result(verify(1), "other files")).startsWith("broken: ").contains("tokenizer.json");
  }

  @Test
  void aRecordThatIsNoJsonIsNamedAsSuch() throws IOException {
    Files.writeString(grown.resolve("growth.json"), "{");
    JsonObject verified = verify(1);
    assertThat(result(verified, "config and tensors")).startsWith("holds");
    assertThat(result(verified, "hashes")).startsWith("broken: ").contains("growth.json");
  }

  /** Before the names of all layers are made, which would take minutes and all memory. */
  @ParameterizedTest
  @ValueSource(strings = {"2000", "2000000", "2147483647"})
  @Timeout(10)
  void moreLayersThanTensorsAreRefusedAtOnce(String layers) throws IOException {
    Path config = grown.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("\"num_hidden_layers\": 4", "\"num_hidden_layers\": " + layers));
    assertThat(result(verify(1), "config and tensors")).contains(layers);
  }

  @Test
  void theLineageGoesBackToTheFirstModel() {
    Path twice = directory.resolve("twice");
    CommandRun run =
        CommandRun.of("grow", "--from", grown, "--out", twice, "--method", "stack", "--layers", 8);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(CommandRun.of("inspect", twice).out())
        .containsSubsequence("grown by stack from small", "grown by stack from grown");
    assertThat(CommandRun.of("inspect", twice, "--json").json().getAsJsonArray("lineage"))
        .hasSize(2);
  }
}
