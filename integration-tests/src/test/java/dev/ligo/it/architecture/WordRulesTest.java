package dev.ligo.it.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.core.Ligo;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Words that shipped sources have neither in string literals nor in declared names. */
final class WordRulesTest {
  private static final List<Sources.Words> SHIPPED = Sources.words(Sources.shipped());

  private static final Pattern ENGINE = pattern("pytorch|libtorch|tensorflow|djl");

  /** The families that there are, and those of {@code integration-tests/consumer}. */
  private static final Pattern FAMILY =
      pattern(
          Ligo.create().architectures().stream()
                  .map(a -> a.name().replaceFirst("_.*", "").replaceFirst("(?=\\d)", "-?"))
                  .collect(Collectors.joining("|"))
              + "|qwen|gemma|olmo-?2?|gpt-?neox|pythia");

  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z]");

  private static final List<Exemption> ENGINES =
      List.of(
          new Exemption("api/Backends.java", "pytorch", "what is opened where none is named"),
          new Exemption("api/Backends.java", "dev.ligo.backend.djl.", "says what to install"),
          new Exemption("checkpoint/Weights.java", "PyTorch's pickled", "a file format"),
          new Exemption("model/Activation.java", "gelu pytorch tanh", "a value of config.json"),
          new Exemption("text/TextTokenizer.java", "ai.djl.offline", "of DJL's tokenizers"),
          new Exemption("text/TextTokenizer.java", "DJL_CACHE_DIR", "of DJL's tokenizers"),
          new Exemption("text/TextTokenizer.java", ".djl.ai", "of DJL's tokenizers"));

  private static final List<Exemption> FAMILIES =
      List.of(
          new Exemption("method/LlamaProMethod.java", "llama pro", "a method's published name"),
          new Exemption("method/LlamaProMethod.java", "llama-pro", "a method's published name"),
          new Exemption("method/LlamaProMethod.java", "LLaMA-Pro", "a method's published name"),
          new Exemption("strategy/TrainInserted.java", "LLaMA-Pro", "a method's published name"),
          new Exemption("text/ClassBuild.java", "", "transformers' tokenizer classes"),
          new Exemption("text/ClassParts.java", "", "transformers' tokenizer classes"),
          new Exemption("text/TokenizerClass.java", "", "transformers' tokenizer classes"),
          new Exemption("compare/Preset.java", "", "presets are comparisons of given models"),
          new Exemption("demo/DemoCommand.java", "a small BERT", "the demo brings its model"),
          new Exemption("demo/DemoReport.java", "--preset bert", "an example of a command"));

  @Test
  void onlyBackendsNameAnEngine() {
    check(w -> !w.module().startsWith("backend-") && found(ENGINE, w), ENGINES);
  }

  @Test
  void onlyModelModulesNameAFamily() {
    // The directories in examples of help have to be called something.
    check(w -> !w.module().startsWith("models-") && !w.example() && found(FAMILY, w), FAMILIES);
  }

  @Test
  void librariesDoNotNameTheCommandsOptions() {
    Set<String> commands = Set.of("ligo-cli", "ligo-spark");
    check(
        w -> !commands.contains(w.module()) && w.literal() && found(OPTION, w),
        List.of(new Exemption("checkpoint/HubCache.java", "--revision", "of the hub's command")));
  }

  @Test
  void anExemptionThatNoPlaceNeedsIsAFault() {
    Sources.Words place = new Sources.Words("m/api/Planted.java", 7, "a planted bert", true, false);
    Exemption needed = new Exemption("api/Planted.java", "bert", "planted");
    Exemption otherFile = new Exemption("api/Other.java", "bert", "planted");
    Exemption otherText = new Exemption("api/Planted.java", "roberta", "planted");
    assertThat(faults(List.of(place), List.of(needed))).isEmpty();
    assertThat(faults(List.of(place), List.of()))
        .containsExactly("breaks the rule: m/api/Planted.java:7 a planted bert");
    assertThat(faults(List.of(place), List.of(needed, otherFile, otherText)))
        .containsExactly(
            "is needed by no place: " + otherFile, "is needed by no place: " + otherText);
    assertThat(faults(List.of(), List.of(needed)))
        .containsExactly("is needed by no place: " + needed);
  }

  /** Words that begin and end where the name does: "vit" is not in "invited". */
  private static Pattern pattern(String names) {
    return Pattern.compile("(?i)(?<![a-z0-9])(" + names + ")(?![a-z0-9])");
  }

  private static boolean found(Pattern pattern, Sources.Words words) {
    return pattern.matcher(words.text()).find();
  }

  private static void check(Predicate<Sources.Words> breaks, List<Exemption> argued) {
    List<Sources.Words> broken = SHIPPED.stream().filter(breaks).toList();
    assertThat(faults(broken, argued)).isEmpty();
  }

  /** Returns the places that no exemption covers, and the exemptions that no place needs. */
  private static List<String> faults(List<Sources.Words> broken, List<Exemption> argued) {
    Stream<String> places =
        broken.stream()
            .filter(words -> argued.stream().noneMatch(e -> e.covers(words)))
            .map(words -> "breaks the rule: " + words);
    Stream<String> stale =
        argued.stream()
            .filter(e -> broken.stream().noneMatch(e::covers))
            .map(e -> "is needed by no place: " + e);
    return Stream.concat(places, stale).toList();
  }
}
