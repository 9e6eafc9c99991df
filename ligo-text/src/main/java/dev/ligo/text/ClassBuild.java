package dev.ligo.text;

import static dev.ligo.text.ClassParts.BYTE_LEVEL;
import static dev.ligo.text.ClassParts.METASPACE;
import static dev.ligo.text.ClassParts.NORMALIZER;
import static dev.ligo.text.ClassParts.POST_PROCESSOR;
import static dev.ligo.text.ClassParts.PRE_TOKENIZER;
import static dev.ligo.text.ClassParts.TYPE;
import static dev.ligo.text.ClassParts.isA;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Builds the parts of a tokenizer as its class in {@code transformers} does, from the arguments in
 * {@code tokenizer_config.json}, in the place of those that published files have. A part that is
 * none of those stays, for {@link ClassParts} to refuse it.
 */
final class ClassBuild {
  /** How Qwen2Tokenizer divides a text before its bytes are pieces. */
  private static final String PIECES =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /** What marks the beginning of a word. */
  private static final String MARK = "\u2581";

  private static final String BEGIN = "bos_token";
  private static final String END = "eos_token";
  private static final String UNKNOWN = SpecialToken.UNKNOWN.key();
  private static final String CLASSIFIER = SpecialToken.CLASSIFIER.key();
  private static final String SEPARATOR = SpecialToken.SEPARATOR.key();
  private static final String PADDING = SpecialToken.PADDING.key();
  private static final String MASK = SpecialToken.MASK.key();

  private static final Map<String, String> OF_ROBERTA =
      Map.of(
          BEGIN,
          "<s>",
          END,
          "</s>",
          SEPARATOR,
          "</s>",
          CLASSIFIER,
          "<s>",
          UNKNOWN,
          "<unk>",
          PADDING,
          "<pad>",
          MASK,
          "<mask>");

  private static final String OF_GPT2 = "<|endoftext|>";

  /** The tokens that CamembertTokenizer adds. */
  private static final List<String> OF_CAMEMBERT =
      List.of("<s>NOTUSED", "</s>NOTUSED", "<unk>NOTUSED");

  private static final int UNKNOWN_OF_XLM_ROBERTA = 3;

  private final TokenizerJson json;
  private final JsonObject tokenizer;
  private final JsonObject arguments;
  private final Map<String, String> names;
  private boolean changed;

  private ClassBuild(TokenizerJson json, JsonObject arguments, Map<String, String> names) {
    this.json = json;
    this.tokenizer = json.root();
    this.arguments = arguments;
    this.names = names;
  }

  /**
   * Puts the parts of a class in their places.
   *
   * @param name the class
   * @param tokenizer the tokenizer, whose JSON is changed
   * @param arguments the {@linkplain SpecialTokens#arguments arguments} of the class
   * @return whether something was changed
   */
  static boolean settle(String name, TokenizerJson tokenizer, JsonObject arguments) {
    String simple = ClassParts.simple(name);
    boolean camembert = simple.equals("Camembert");
    Map<String, String> names = names(name);
    ClassBuild build =
        new ClassBuild(tokenizer, camembert ? withMask(arguments, names) : arguments, names);
    build.changed =
        AddedTokens.settle(
            tokenizer, build.arguments, names, camembert ? OF_CAMEMBERT : List.of(), false);
    switch (simple) {
      case "Bert" -> build.bert();
      case "Roberta" -> build.roberta();
      case "GPT2" -> build.bytes(false);
      case "GPTNeoX" -> build.neox();
      case "Qwen2" -> build.bytes(true);
      case "Gemma" -> build.gemma();
      case "Llama" -> build.llama();
      case "XLMRoberta" -> build.unigrams(UNKNOWN_OF_XLM_ROBERTA);
      case "Camembert" -> build.unigrams(build.unknown());
      default -> {}
    }
    return build.changed;
  }

  /** Returns the names of special tokens, by their keys, that a class has where no file does. */
  static Map<String, String> names(String name) {
    return switch (ClassParts.simple(name)) {
      case "Bert" ->
          Map.of(
              UNKNOWN,
              "[UNK]",
              SEPARATOR,
              "[SEP]",
              PADDING,
              "[PAD]",
              CLASSIFIER,
              "[CLS]",
              MASK,
              "[MASK]");
      case "Roberta", "XLMRoberta", "Camembert" -> OF_ROBERTA;
      case "GPT2" -> Map.of(UNKNOWN, OF_GPT2, BEGIN, OF_GPT2, END, OF_GPT2);
      case "GPTNeoX" ->
          Map.of(UNKNOWN, OF_GPT2, BEGIN, OF_GPT2, END, OF_GPT2, PADDING, "<|padding|>");
      case "Qwen2" -> Map.of(UNKNOWN, OF_GPT2, END, OF_GPT2, PADDING, OF_GPT2);
      case "Gemma" ->
          Map.of(UNKNOWN, "<unk>", BEGIN, "<bos>", END, "<eos>", PADDING, "<pad>", MASK, "<mask>");
      case "Llama" -> Map.of(UNKNOWN, "<unk>", BEGIN, "<s>", END, "</s>");
      default -> Map.of();
    };
  }

  /** Returns arguments by which spaces before the mask belong to it, unless they say otherwise. */
  private static JsonObject withMask(JsonObject arguments, Map<String, String> names) {
    if (arguments.get(MASK) instanceof JsonObject) {
      return arguments;
    }
    JsonObject changed = arguments.deepCopy();
    AddedTokens.name(arguments, MASK, names)
        .ifPresent(
            content -> {
              JsonObject mask = new JsonObject();
              mask.addProperty("content", content);
              mask.addProperty("lstrip", true);
              changed.add(MASK, mask);
            });
    return changed;
  }

  private void bert() {
    if (isA(model(), "WordPiece")) {
      put(model(), "continuing_subword_prefix", new JsonPrimitive("##"));
      put(model(), "max_input_chars_per_word", new JsonPrimitive(100));
      name(UNKNOWN).ifPresent(n -> put(model(), UNKNOWN, new JsonPrimitive(n)));
    }
    if (ClassParts.only(json.steps(NORMALIZER).toList(), "BertNormalizer")) {
      JsonObject cleaned = typed("BertNormalizer");
      cleaned.addProperty("clean_text", true);
      cleaned.addProperty("handle_chinese_chars", argument("tokenize_chinese_chars", true));
      cleaned.add(
          "strip_accents",
          arguments.get("strip_accents") instanceof JsonPrimitive p ? p : JsonNull.INSTANCE);
      cleaned.addProperty("lowercase", argument("do_lower_case", true));
      put(tokenizer, NORMALIZER, cleaned);
    }
    around(CLASSIFIER, SEPARATOR);
  }

  private void roberta() {
    bytes(false);
    around(CLASSIFIER, SEPARATOR);
  }

  private void neox() {
    bytes(false);
    if (json.steps(NORMALIZER).findAny().isEmpty()) {
      put(tokenizer, NORMALIZER, typed("NFC"));
    }
    put(tokenizer, POST_PROCESSOR, JsonNull.INSTANCE);
  }

  /** Puts two special tokens around a text. */
  private void around(String first, String last) {
    JsonArray before = pair(first);
    JsonArray after = pair(last);
    if (!before.isEmpty() && !after.isEmpty()) {
      JsonObject around = typed("BertProcessing");
      around.add("sep", after);
      around.add("cls", before);
      put(tokenizer, POST_PROCESSOR, around);
    }
  }

  /** Returns a special token with its id; nothing where there is none. */
  private JsonArray pair(String key) {
    JsonArray pair = new JsonArray();
    Stream<JsonObject> named =
        json.added().stream().filter(t -> AddedTokens.content(t).equals(name(key)));
    named
        .findFirst()
        .ifPresent(
            t -> {
              pair.add(t.get("content"));
              pair.add(t.get("id"));
            });
    return pair;
  }

  private void bytes(boolean divided) {
    pairs(false, Optional.empty());
    Optional<JsonObject> found =
        json.steps(PRE_TOKENIZER).filter(d -> isA(d, BYTE_LEVEL)).findFirst();
    if (found.isEmpty()) {
      return;
    }
    JsonObject bytes = found.get().deepCopy();
    bytes.addProperty("add_prefix_space", argument("add_prefix_space", false));
    bytes.addProperty("use_regex", !divided);
    if (divided) {
      JsonObject regex = new JsonObject();
      regex.addProperty("Regex", PIECES);
      put(tokenizer, PRE_TOKENIZER, sequence(split(regex, "Isolated"), bytes));
    } else {
      put(tokenizer, PRE_TOKENIZER, bytes);
    }
  }

  private void gemma() {
    pairs(true, name(UNKNOWN));
    JsonObject space = new JsonObject();
    space.addProperty("String", " ");
    List<JsonObject> divisions = json.steps(PRE_TOKENIZER).toList();
    if (divisions.isEmpty() || ClassParts.only(divisions, "Split")) {
      put(tokenizer, PRE_TOKENIZER, split(space, "MergedWithPrevious"));
    }
    if (ClassParts.only(json.steps(NORMALIZER).toList(), "Replace")) {
      JsonObject marked = typed("Replace");
      marked.add("pattern", space);
      marked.addProperty("content", MARK);
      put(tokenizer, NORMALIZER, marked);
    }
  }

  /** Puts a mark before each word by the pre-tokenizer, as older files do by the normalizer. */
  private void llama() {
    pairs(true, Optional.empty());
    List<JsonObject> normalizers = json.steps(NORMALIZER).toList();
    List<JsonObject> divisions = json.steps(PRE_TOKENIZER).toList();
    boolean marked = ClassParts.only(divisions, METASPACE) && !ClassParts.divides(divisions.get(0));
    if (ClassParts.areOf(normalizers, Set.of("Prepend", "Replace"))
        && (marked || divisions.isEmpty())) {
      JsonObject marks = typed(METASPACE);
      marks.addProperty("replacement", MARK);
      String first = argument("legacy", false) ? "always" : "first";
      marks.addProperty("prepend_scheme", argument("add_prefix_space", true) ? first : "never");
      marks.addProperty("split", false);
      put(tokenizer, NORMALIZER, JsonNull.INSTANCE);
      put(tokenizer, PRE_TOKENIZER, marks);
    }
  }

  /** Divides at white space before words are marked, which files of the hub leave out. */
  private void unigrams(int unknown) {
    if (isA(model(), "Unigram")) {
      put(model(), "unk_id", new JsonPrimitive(unknown));
      put(model(), "byte_fallback", new JsonPrimitive(false));
    }
    List<JsonObject> normalizers = json.steps(NORMALIZER).toList();
    if (ClassParts.areOf(normalizers, ClassParts.OF_UNIGRAMS)) {
      JsonElement precompiled =
          normalizers.stream()
              .filter(n -> isA(n, "Precompiled"))
              .<JsonElement>map(n -> n)
              .findFirst()
              .orElse(JsonNull.INSTANCE);
      put(tokenizer, NORMALIZER, precompiled);
    }
    List<JsonObject> divisions = json.steps(PRE_TOKENIZER).toList();
    if (ClassParts.areOf(divisions, ClassParts.MARKED_WORDS)) {
      JsonObject marks = typed(METASPACE);
      marks.addProperty("replacement", MARK);
      marks.addProperty("prepend_scheme", argument("add_prefix_space", true) ? "always" : "never");
      marks.addProperty("split", true);
      put(tokenizer, PRE_TOKENIZER, sequence(typed("WhitespaceSplit"), marks));
    }
    around(BEGIN, END);
  }

  /** Returns the place of the unknown token among the pieces, the first if it is none. */
  private int unknown() {
    return name(UNKNOWN).map(n -> json.modelPieces().getOrDefault(n, 0)).orElse(0);
  }

  /** Sets how pairs are joined, and whether what is unknown falls to pieces of single bytes. */
  private void pairs(boolean fallback, Optional<String> unknown) {
    if (isA(model(), "BPE")) {
      put(model(), "dropout", JsonNull.INSTANCE);
      put(model(), UNKNOWN, unknown.<JsonElement>map(JsonPrimitive::new).orElse(JsonNull.INSTANCE));
      put(model(), "continuing_subword_prefix", JsonNull.INSTANCE);
      put(model(), "end_of_word_suffix", JsonNull.INSTANCE);
      put(model(), "fuse_unk", new JsonPrimitive(fallback));
      put(model(), "byte_fallback", new JsonPrimitive(fallback));
      put(model(), "ignore_merges", new JsonPrimitive(false));
    }
  }

  private JsonObject model() {
    return json.model();
  }

  private Optional<String> name(String key) {
    return AddedTokens.name(arguments, key, names);
  }

  private boolean argument(String name, boolean otherwise) {
    return arguments.get(name) instanceof JsonPrimitive p ? p.getAsBoolean() : otherwise;
  }

  private void put(JsonObject where, String key, JsonElement part) {
    JsonElement before = where.get(key);
    if (!part.equals(before) && !(isNothing(part) && isNothing(before))) {
      changed = true;
      where.add(key, part);
    }
  }

  /** Returns whether a value is what a key stands for that is not there. */
  private static boolean isNothing(@Nullable JsonElement value) {
    return value == null
        || value.isJsonNull()
        || value.equals(new JsonPrimitive(false))
        || value.equals(new JsonPrimitive(""));
  }

  private static JsonObject typed(String type) {
    JsonObject part = new JsonObject();
    part.addProperty(TYPE, type);
    return part;
  }

  private static JsonObject split(JsonObject pattern, String behavior) {
    JsonObject split = typed("Split");
    split.add("pattern", pattern);
    split.addProperty("behavior", behavior);
    split.addProperty("invert", false);
    return split;
  }

  private static JsonObject sequence(JsonObject... steps) {
    JsonObject sequence = typed("Sequence");
    JsonArray all = new JsonArray();
    List.of(steps).forEach(all::add);
    sequence.add("pretokenizers", all);
    return sequence;
  }
}
