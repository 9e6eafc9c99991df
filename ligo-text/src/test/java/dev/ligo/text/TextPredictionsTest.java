package dev.ligo.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.CancelledException;
import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.prediction.Choice;
import dev.ligo.core.prediction.Prediction;
import dev.ligo.core.prediction.Prediction.Stop;
import dev.ligo.core.prediction.PredictionRequest;
import dev.ligo.core.prediction.Predictions;
import dev.ligo.core.prediction.Sampling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Predictions of texts by a model that is a function of its batch: what it is shown and asked. */
final class TextPredictionsTest {
  private static final int LONGEST = 12;
  private static final TokenLimits LIMITS =
      new TokenLimits(TinyText.SIZE, LONGEST, OptionalInt.empty(), false);

  @TempDir Path directory;
  private final List<Map<String, HostArray>> shown = new ArrayList<>();

  @BeforeEach
  void writeTokenizer() {
    // Without a post-processor, as the tokenizers of causal models have none.
    String json = TinyText.json(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    TinyText.write(
        directory.resolve("tokenizer.json"),
        json.replaceFirst("\"post_processor\": \\{.*\\},", "\"post_processor\": null,"));
  }

  /** A model that says, after the word w, the word w + 1. */
  private HostArray next(Map<String, HostArray> batch) {
    shown.add(batch);
    int place = (int) batch.get(CausalLmBatches.SCORED_POSITIONS).get(0);
    return row((int) batch.get(CausalLmBatches.INPUT_IDS).get(place) + 1);
  }

  private static HostArray row(int... best) {
    float[] logits = new float[TinyText.SIZE];
    IntStream.range(0, best.length).forEach(i -> logits[best[i]] = 20 - i);
    return HostArray.of(Shape.of(1, logits.length), logits);
  }

  private PredictionRequest request(String... texts) {
    return PredictionRequest.ofTexts(directory, List.of(texts));
  }

  private List<Prediction> continued(PredictionRequest request) {
    try (Predictions texts = TextContinuations.open(request, LIMITS)) {
      return texts.all(this::next);
    }
  }

  private static Prediction.Continuation only(List<Prediction> found) {
    assertThat(found).hasSize(1);
    return (Prediction.Continuation) found.get(0);
  }

  @Test
  void aTextGoesOnWithOneTokenAfterTheOther() {
    Sampling four = Sampling.GREEDY.withMaxTokens(4);
    Prediction.Continuation found = only(continued(request("w3 w1 w7").withSampling(four)));
    assertThat(found)
        .isEqualTo(
            new Prediction.Continuation(
                "w3 w1 w7", " w8 w9 w10 w11", List.of(id(8), id(9), id(10), id(11)), Stop.TOKENS));
    // The last token is not shown to the model; so 3 + 4 − 1 places do, at every step.
    assertThat(shown).hasSize(4);
    assertThat(shown.get(0).get(CausalLmBatches.INPUT_IDS).toLongs())
        .containsExactly(id(3), id(1), id(7), 0, 0, 0);
    assertThat(shown.get(3).get(CausalLmBatches.INPUT_IDS).toLongs())
        .containsExactly(id(3), id(1), id(7), id(8), id(9), id(10));
    assertThat(shown.get(3).get(CausalLmBatches.SCORED_POSITIONS).toLongs()).containsExactly(5);
  }

  @Test
  void severalTextsHaveOneShape() {
    List<Prediction> found =
        continued(request("w1", "w3 w1 w7").withSampling(Sampling.GREEDY.withMaxTokens(2)));
    assertThat(found).extracting(Prediction::input).containsExactly("w1", "w3 w1 w7");
    assertThat(shown)
        .extracting(b -> b.get(CausalLmBatches.INPUT_IDS).shape())
        .containsOnly(Shape.of(1, 4));
  }

  @Test
  void aTextStopsWhereTheModelHasNoMorePositions() {
    Prediction.Continuation found = only(continued(request("w1 ".repeat(LONGEST - 2).strip())));
    assertThat(found.tokens()).containsExactly(id(2), id(3), id(4));
    assertThat(found.stop()).isEqualTo(Stop.POSITIONS);
    shown.clear();
    assertThat(only(continued(request("w1 ".repeat(LONGEST).strip()))).tokens())
        .containsExactly(id(2));
    assertThat(shown.get(0).get(CausalLmBatches.INPUT_IDS).shape()).isEqualTo(Shape.of(1, LONGEST));
  }

  /** Words have the ids of their number + 5: w4 has 9. */
  @ParameterizedTest
  @CsvSource({
    "'{\"eos_token_id\": 9}', '{}', 9",
    "'{\"eos_token_id\": [50, 9]}', '{\"eos_token_id\": 8}', 9",
    "'{}', '{\"eos_token_id\": 8}', 8",
    "'{\"bos_token_id\": 1}', '{\"eos_token_id\": [8, 9]}', 8"
  })
  void aTextEndsWhereTheModelsFilesSay(String generation, String config, int end) {
    TinyText.write(directory.resolve("generation_config.json"), generation);
    TinyText.write(directory.resolve("config.json"), config);
    Prediction.Continuation found = only(continued(request("w1")));
    assertThat(found.stop()).isEqualTo(Stop.END);
    assertThat(found.tokens()).last().isEqualTo(end);
    assertThat(found.tokens()).hasSize(end - 6);
  }

  @Test
  void aModelThatKnowsNoEndGoesOn() {
    TinyText.write(directory.resolve("config.json"), "{\"eos_token_id\": null}");
    try (Predictions texts = TextContinuations.open(request("w1"), LIMITS)) {
      Prediction.Continuation found = only(texts.all(batch -> row(TinyText.SEP)));
      assertThat(found.stop()).isEqualTo(Stop.POSITIONS);
    }
  }

  @Test
  void withoutTheModelsWordTheTokenizersEndEndsAText() {
    try (Predictions texts = TextContinuations.open(request("w1"), LIMITS)) {
      Prediction.Continuation found =
          only(texts.all(batch -> row(TinyText.SEP))); // [SEP] is an end of text by its spelling
      assertThat(found.tokens()).containsExactly(TinyText.SEP);
      assertThat(found.stop()).isEqualTo(Stop.END);
      assertThat(found.text()).isEmpty();
    }
  }

  @Test
  void eachTextIsDrawnByItself() {
    Sampling drawn = new Sampling(6, 1, 0, 5);
    Function<Map<String, HostArray>, HostArray> flat = batch -> row();
    List<Prediction> both;
    try (Predictions texts =
        TextContinuations.open(request("w1", "w1").withSampling(drawn), LIMITS)) {
      both = texts.all(flat);
      assertThat(texts.all(flat)).isEqualTo(both);
    }
    assertThat(both.get(0)).isNotEqualTo(both.get(1));
    try (Predictions text = TextContinuations.open(request("w1").withSampling(drawn), LIMITS)) {
      assertThat(text.all(flat)).containsExactly(both.get(0));
    }
  }

  @Test
  void aContinuationCanBeCancelled() {
    ProgressListener afterTwo =
        new ProgressListener() {
          @Override
          public void progress(Work.Progress progress) {}

          @Override
          public boolean isCancelled() {
            return shown.size() == 2;
          }
        };
    assertThatThrownBy(() -> continued(request("w1").withProgress(afterTwo)))
        .isInstanceOf(CancelledException.class)
        .hasMessage("cancelled while continuing.");
    assertThat(shown).hasSize(2);
  }

  @Test
  void aTextWithoutMaskAmongOthersIsAnsweredByNone() {
    TinyText.tokenizer(directory);
    Function<Map<String, HostArray>, HostArray> model =
        batch -> {
          shown.add(batch);
          return HostArray.zeros(DType.FLOAT32, Shape.of(1, TinyText.SIZE));
        };
    try (Predictions texts = MaskFillings.open(request("w1", "w2 [MASK]"), LIMITS)) {
      assertThat(texts.all(model))
          .extracting(p -> ((Prediction.Filling) p).masks().size())
          .containsExactly(0, 1);
    }
    assertThat(shown).hasSize(1);
  }

  @Test
  void masksGetTheirFiveBestTokens() {
    TinyText.tokenizer(directory); // with [CLS] before and [SEP] after a text
    Function<Map<String, HostArray>, HostArray> model =
        batch -> {
          shown.add(batch);
          float[] both = new float[2 * TinyText.SIZE];
          for (int i = 0; i < TinyText.SIZE; i++) {
            both[i] = i == id(9) ? 3 : 0;
            both[TinyText.SIZE + i] = i;
          }
          return HostArray.of(Shape.of(2, TinyText.SIZE), both);
        };
    TokenLimits types = new TokenLimits(TinyText.SIZE, LONGEST, OptionalInt.empty(), true);
    Prediction.Filling found;
    try (Predictions texts = MaskFillings.open(request("[MASK] w2 [MASK]"), types)) {
      found = (Prediction.Filling) texts.all(model).get(0);
    }
    Map<String, HostArray> batch = shown.get(0);
    assertThat(batch.get(MaskedLmBatches.INPUT_IDS).toLongs())
        .containsExactly(TinyText.CLS, TinyText.MASK, id(2), TinyText.MASK, TinyText.SEP);
    assertThat(batch.get(MaskedLmBatches.ATTENTION_MASK).toLongs()).containsOnly(1);
    assertThat(batch.get(MaskedLmBatches.TOKEN_TYPE_IDS).toLongs()).containsOnly(0);
    assertThat(batch.get(MaskedLmBatches.MASKED_POSITIONS).toLongs()).containsExactly(1, 3);
    assertThat(found.masks()).hasSize(2).allSatisfy(m -> assertThat(m).hasSize(5));
    double e3 = Math.exp(3);
    assertThat(found.masks().get(0).get(0))
        .isEqualTo(new Choice(id(9), "w9", e3 / (e3 + TinyText.SIZE - 1)));
    assertThat(found.masks().get(1))
        .extracting(Choice::name)
        .containsExactly("w99", "w98", "w97", "w96", "w95");
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertRefused(() -> TextContinuations.open(request(""), LIMITS), "it is empty");
    assertRefused(
        () -> TextContinuations.open(request("w1 ".repeat(LONGEST + 1)), LIMITS),
        "a text of 13 tokens: the model has 12 positions; shorten the text.");
    assertRefused(() -> TextContinuations.open(request(), LIMITS), "the model reads texts");
    assertRefused(
        () ->
            TextContinuations.open(
                PredictionRequest.ofImages(directory, List.of(Path.of("a.png"))), LIMITS),
        "the model reads texts, found the picture a.png");
    TokenLimits few = new TokenLimits(20, LONGEST, OptionalInt.empty(), false);
    assertRefused(() -> TextContinuations.open(request("w1"), few), "the model knows 20");
    assertRefused(
        () -> MaskFillings.open(request("w1"), LIMITS),
        "the text 'w1' has no [MASK], the tokenizer's mask");
    assertRefused(
        () -> MaskFillings.open(request("w1", "w2"), LIMITS), "none of the texts has a [MASK]");
    assertRefused(
        () -> MaskFillings.open(request("[MASK]").withSampling(new Sampling(1, 1, 0, 0)), LIMITS),
        "the model continues no text");
  }

  private static void assertRefused(Runnable opening, String message) {
    assertThatThrownBy(opening::run)
        .isInstanceOf(DataException.class)
        .hasMessageContaining(message);
  }

  private static int id(int word) {
    return TinyText.id(word);
  }
}
