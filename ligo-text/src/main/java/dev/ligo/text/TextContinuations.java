package dev.ligo.text;

import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.SeededRandom;
import dev.ligo.core.data.Work;
import dev.ligo.core.prediction.Prediction;
import dev.ligo.core.prediction.Prediction.Stop;
import dev.ligo.core.prediction.PredictionRequest;
import dev.ligo.core.prediction.Predictions;
import dev.ligo.core.prediction.Sampling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Texts that a causal language model continues, token by token. All batches have one shape, for the
 * longest text with all that is added to it, so that one trace of the program serves. What is not
 * yet there is filled with id 0: no token before it sees it.
 */
final class TextContinuations implements Predictions {
  private final PredictionRequest request;
  private final TextTokenizer tokenizer;
  private final Set<Integer> ends;
  private final List<int[]> prompts;
  private final int length;

  private TextContinuations(
      PredictionRequest request,
      TextTokenizer tokenizer,
      Set<Integer> ends,
      List<int[]> prompts,
      int length) {
    this.request = request;
    this.tokenizer = tokenizer;
    this.ends = ends;
    this.prompts = prompts;
    this.length = length;
  }

  /**
   * Tokenizes texts, with the special tokens that the tokenizer puts around one.
   *
   * @throws DataException if the tokenizer cannot be read, it or a text does not fit the model, or
   *     a text has no tokens
   */
  static TextContinuations open(PredictionRequest request, TokenLimits limits) {
    List<String> texts = request.textsAlone();
    TokenizerFile file = TokenizerFile.read(request.checkpoint());
    TextTokenizer tokenizer = TextTokenizer.open(file);
    try {
      List<int[]> prompts = limits.encode(file, tokenizer, texts);
      int longest = prompts.stream().mapToInt(p -> p.length).max().orElseThrow();
      // The last token that is added needs no place: nothing is asked about what follows it.
      long most = (long) longest + request.sampling().maxTokens() - 1;
      int length = (int) Math.min(limits.longest(), most);
      return new TextContinuations(request, tokenizer, file.ends(), prompts, length);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  @Override
  public int size() {
    return prompts.size();
  }

  @Override
  public Prediction compute(int number, Function<Map<String, HostArray>, HostArray> logits) {
    int[] prompt = prompts.get(number);
    Sampling sampling = request.sampling();
    ProgressListener progress = request.progress();
    SeededRandom random = new SeededRandom(sampling.seed(), "continuation/" + number);
    Work work = new Work("continuing", "tokens", sampling.maxTokens());
    int[] ids = Arrays.copyOf(prompt, length);
    List<Integer> added = new ArrayList<>();
    while (true) {
      work.begin(progress);
      int last = prompt.length + added.size() - 1;
      int token = sampling.choose(logits.apply(batch(ids, last)), random);
      added.add(token);
      work.done(progress, added.size());
      if (ends.contains(token)) {
        return continuation(number, added, Stop.END);
      }
      if (added.size() == sampling.maxTokens()) {
        return continuation(number, added, Stop.TOKENS);
      }
      if (last + 1 == length) {
        return continuation(number, added, Stop.POSITIONS);
      }
      ids[last + 1] = token;
    }
  }

  private static Map<String, HostArray> batch(int[] ids, int last) {
    return Map.of(
        CausalLmBatches.INPUT_IDS, HostArray.of(Shape.of(1, ids.length), ids),
        CausalLmBatches.SCORED_POSITIONS, HostArray.of(Shape.of(1), last));
  }

  /** Decodes all tokens together: those of SentencePiece lose a space at the start of a text. */
  private Prediction continuation(int number, List<Integer> added, Stop stop) {
    int[] prompt = prompts.get(number);
    int[] all =
        IntStream.concat(Arrays.stream(prompt), added.stream().mapToInt(Integer::intValue))
            .toArray();
    String before = tokenizer.decode(prompt, false);
    String whole = tokenizer.decode(all, false);
    String after =
        whole.startsWith(before)
            ? whole.substring(before.length())
            : tokenizer.decode(Arrays.copyOfRange(all, prompt.length, all.length), false);
    return new Prediction.Continuation(request.texts().get(number), after, added, stop);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
