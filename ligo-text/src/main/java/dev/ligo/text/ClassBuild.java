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
import java.util.Set;

/**
 * Builds the parts of a tokenizer as its class in {@code transformers} does, in the place of those
 * that published files have instead. A part that is none of those stays, for {@link ClassParts} to
 * refuse it.
 */
final class ClassBuild {
  /** How Qwen2Tokenizer divides a text before its bytes are pieces. */
  private static final String PIECES =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /** What marks the beginning of a word. */
  private static final String MARK = "\u2581";

  private final JsonObject tokenizer;
  private final JsonObject arguments;
  private boolean changed;

  private ClassBuild(JsonObject tokenizer, JsonObject arguments) {
    this.tokenizer = tokenizer;
    this.arguments = arguments;
  }

  /**
   * Puts the parts of a class in their places.
   *
   * @param name the class
   * @param tokenizer the content of {@code tokenizer.json}, which is changed
   * @param arguments that of {@code tokenizer_config.json}
   * @return whether something was changed
   */
  static boolean settle(String name, JsonObject tokenizer, JsonObject arguments) {
    ClassBuild build = new ClassBuild(tokenizer, arguments);
    switch (ClassParts.simple(name)) {
      case "Bert" -> build.bert();
      case "Roberta", "GPT2" -> build.bytes(false);
      case "Qwen2" -> build.bytes(true);
      case "Gemma" -> build.gemma();
      case "Llama" -> build.llama();
      case "XLMRoberta", "Camembert" -> build.unigrams();
      default -> {}
    }
    return build.changed;
  }

  private void bert() {
    if (isA(model(), "WordPiece")) {
      put(model(), "continuing_subword_prefix", new JsonPrimitive("##"));
      put(model(), "max_input_chars_per_word", new JsonPrimitive(100));
    }
    if (tokenizer.get(NORMALIZER) instanceof JsonObject o && isA(o, "BertNormalizer")) {
      put(o, "clean_text", new JsonPrimitive(true));
    }
    if (ClassParts.isNone(tokenizer.get(POST_PROCESSOR))) {
      JsonArray before = token("cls_token", "[CLS]");
      JsonArray after = token("sep_token", "[SEP]");
      if (!before.isEmpty() && !after.isEmpty()) {
        JsonObject around = typed("BertProcessing");
        around.add("sep", after);
        around.add("cls", before);
        put(tokenizer, POST_PROCESSOR, around);
      }
    }
  }

  /** Returns a token by its argument, with its id; nothing where it is none of the pieces. */
  private JsonArray token(String argument, String otherwise) {
    JsonElement said = arguments.get(argument);
    JsonElement text = said instanceof JsonObject o ? o.get("content") : said;
    String name = text instanceof JsonPrimitive p ? p.getAsString() : otherwise;
    JsonArray pair = new JsonArray();
    if (model().get("vocab") instanceof JsonObject pieces && pieces.has(name)) {
      pair.add(name);
      pair.add(pieces.get(name));
    }
    return pair;
  }

  private void bytes(boolean divided) {
    pairs(false);
    if (TokenizerJson.steps(tokenizer.get(PRE_TOKENIZER)).noneMatch(d -> isA(d, BYTE_LEVEL))) {
      return;
    }
    JsonObject bytes = typed(BYTE_LEVEL);
    bytes.addProperty("add_prefix_space", argument("add_prefix_space", false));
    bytes.addProperty("trim_offsets", true);
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
    pairs(true);
    JsonObject space = new JsonObject();
    space.addProperty("String", " ");
    List<JsonObject> divisions = TokenizerJson.steps(tokenizer.get(PRE_TOKENIZER)).toList();
    if (divisions.isEmpty() || ClassParts.only(divisions, "Split")) {
      put(tokenizer, PRE_TOKENIZER, split(space, "MergedWithPrevious"));
    }
    if (ClassParts.only(TokenizerJson.steps(tokenizer.get(NORMALIZER)).toList(), "Replace")) {
      JsonObject marked = typed("Replace");
      marked.add("pattern", space);
      marked.addProperty("content", MARK);
      put(tokenizer, NORMALIZER, marked);
    }
  }

  /** Puts a mark before each word by the pre-tokenizer, as older files do by the normalizer. */
  private void llama() {
    pairs(true);
    List<JsonObject> normalizers = TokenizerJson.steps(tokenizer.get(NORMALIZER)).toList();
    List<JsonObject> divisions = TokenizerJson.steps(tokenizer.get(PRE_TOKENIZER)).toList();
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
  private void unigrams() {
    if (tokenizer.get(PRE_TOKENIZER) instanceof JsonObject pieces && isA(pieces, METASPACE)) {
      put(tokenizer, PRE_TOKENIZER, sequence(typed("WhitespaceSplit"), pieces));
    }
  }

  /** Sets how pairs are joined, and whether what is unknown falls to pieces of single bytes. */
  private void pairs(boolean fallback) {
    if (isA(model(), "BPE")) {
      put(model(), "dropout", JsonNull.INSTANCE);
      put(model(), "fuse_unk", new JsonPrimitive(fallback));
      put(model(), "byte_fallback", new JsonPrimitive(fallback));
      put(model(), "ignore_merges", new JsonPrimitive(false));
    }
  }

  private JsonObject model() {
    return tokenizer.getAsJsonObject("model");
  }

  private boolean argument(String name, boolean otherwise) {
    return arguments.get(name) instanceof JsonPrimitive p ? p.getAsBoolean() : otherwise;
  }

  private void put(JsonObject where, String key, JsonElement part) {
    JsonElement before = where.get(key);
    if (!part.equals(before) && !(part.isJsonNull() && before == null)) {
      changed = true;
    }
    where.add(key, part);
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
