package dev.ligo.text;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.GitLfs;
import dev.ligo.core.io.RegularFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A {@code tokenizer.json} as read, with the files beside it that name its special tokens and the
 * {@linkplain ClassBuild arguments} of its class: {@code tokenizer_config.json}, {@code
 * special_tokens_map.json}, {@code config.json} and {@code generation_config.json}, of which none
 * need be there. It tells the vocabulary, and whether ids made earlier are still good, without
 * loading the native tokenizer.
 */
public final class TokenizerFile {
  private static final String NAME = "tokenizer.json";

  /** What older tools write in its place. */
  private static final List<String> BARE =
      List.of(
          "vocab.txt", "vocab.json", "sentencepiece.bpe.model", "spiece.model", "tokenizer.model");

  private static final String AS_IT_IS =
      " set 'tokenizer_class' to 'PreTrainedTokenizerFast' in tokenizer_config.json, with which"
          + " transformers takes tokenizer.json as it is.";

  private static final String CONFIG = "config.json";
  private static final String ARGUMENTS = "tokenizer_config.json";
  private static final String SPECIAL = "special_tokens_map.json";

  private static final List<String> COMPANIONS =
      List.of(ARGUMENTS, SPECIAL, CONFIG, "generation_config.json");

  private final Path path;
  private final Map<String, JsonObject> files;
  private final String json;
  private final boolean plain;
  private final Frame frame;
  private final Vocabulary vocabulary;
  private final Cuts cuts;
  private final Set<Integer> ends;

  private TokenizerFile(Path path, String json, Map<String, JsonObject> files) {
    this.path = path;
    this.files = Map.copyOf(files);
    TokenizerJson said = TokenizerJson.parse(json, path);
    JsonObject config = file(CONFIG);
    JsonObject arguments = SpecialTokens.arguments(file(ARGUMENTS), file(SPECIAL));
    Optional<String> own = TokenizerClass.of(said.root(), arguments, config);
    this.plain = own.isEmpty();
    own.flatMap(c -> new SpecialTokens(said, arguments, Map.of(), config).contradiction())
        .ifPresent(found -> refuse(found, said));
    boolean changed =
        own.isPresent()
            ? ClassBuild.settle(own.get(), said, arguments)
            : AddedTokens.settle(said, arguments, Map.of(), List.of(), true);
    this.json = changed ? said.root().toString() : json;
    TokenizerJson tokenizer = changed ? TokenizerJson.parse(this.json, path) : said;
    own.flatMap(c -> ClassParts.difference(c, tokenizer)).ifPresent(found -> refuse(found, said));
    SpecialTokens special =
        new SpecialTokens(
            tokenizer, arguments, own.map(c -> names(c, said)).orElse(Map.of()), config);
    this.frame = special.frame();
    this.cuts = Cuts.of(tokenizer);
    this.vocabulary = new Vocabulary(path, tokenizer, special.ids());
    this.ends =
        Stream.of(file("generation_config.json"), config)
            .flatMap(c -> SpecialTokens.ends(c).stream())
            .findFirst()
            .orElseGet(
                () ->
                    vocabulary.find(SpecialToken.END_OF_TEXT).stream()
                        .boxed()
                        .collect(Collectors.toUnmodifiableSet()));
  }

  /** Returns the names that a class gives to tokens which the tokenizer had before. */
  private static Map<String, String> names(String tokenizerClass, TokenizerJson said) {
    Map<String, String> names = new HashMap<>(ClassBuild.names(tokenizerClass));
    names.values().retainAll(said.pieces().keySet());
    return names;
  }

  /**
   * Reads the tokenizer of a checkpoint.
   *
   * @param location a directory with a {@code tokenizer.json}, or such a file itself
   * @return the file's contents
   * @throws DataException if there is none, or it cannot be read
   */
  public static TokenizerFile read(Path location) {
    Path file = Files.isDirectory(location) ? location.resolve(NAME) : location;
    if (!Files.isRegularFile(file)) {
      throw new DataException(missing(location));
    }
    try {
      Map<String, JsonObject> files = new HashMap<>();
      if (file.getFileName().toString().equals(NAME)) {
        COMPANIONS.forEach(
            name -> companion(file.resolveSibling(name)).ifPresent(o -> files.put(name, o)));
      }
      return new TokenizerFile(file, text(file), files);
    } catch (IOException e) {
      throw DataException.unreadable("reading the tokenizer " + file + ": ", e);
    }
  }

  /**
   * {@return the number of ids of the tokenizer in a checkpoint's directory, or empty where there
   * is no} {@code tokenizer.json}.
   *
   * @param directory the directory
   * @throws DataException if there is one that cannot be read
   */
  public static OptionalInt size(Path directory) {
    return Files.isRegularFile(directory.resolve(NAME))
        ? OptionalInt.of(read(directory).vocabulary().size())
        : OptionalInt.empty();
  }

  private static String text(Path file) throws IOException {
    String text = RegularFile.text(file);
    if (GitLfs.isPointer(text)) {
      throw new DataException("reading the tokenizer " + file + ": " + GitLfs.POINTER);
    }
    return text;
  }

  /** Returns a file beside a tokenizer of the usual name, if there is one. */
  private static Optional<JsonObject> companion(Path file) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JsonParser.parseString(text(file)).getAsJsonObject());
    } catch (IOException e) {
      throw DataException.unreadable("reading " + file + ": ", e);
    } catch (JsonParseException | IllegalStateException e) {
      throw new DataException(
          "reading "
              + file
              + ", which names the tokenizer's special tokens: expected a JSON object, found"
              + " something else; fetch it again.",
          e);
    }
  }

  private static String missing(Path location) {
    String reading = "reading the tokenizer in " + location + ": expected " + NAME + ", found ";
    if (!Files.isDirectory(location)) {
      return reading + RegularFile.kind(location) + "; name a file or directory of a tokenizer.";
    }
    if (Files.exists(location.resolve(NAME))) {
      return reading
          + RegularFile.kind(location.resolve(NAME))
          + " of that name; put the file there.";
    }
    for (String bare : BARE) {
      if (Files.exists(location.resolve(bare))) {
        return reading
            + (bare.endsWith(".model") ? "a SentencePiece model" : "a bare vocabulary")
            + ", "
            + bare
            + "; make it with the Python package transformers:"
            + " AutoTokenizer.from_pretrained(DIR, use_fast=True).save_pretrained(DIR).";
      }
    }
    return reading + "none; put the model's tokenizer.json there.";
  }

  /**
   * {@return what stands beside a copy of a tokenizer and the config of a new model, by the names
   * of the files, so that the copy gives the same ids} These are the files that stand beside the
   * original; {@code tokenizer_config.json} names the class.
   *
   * @param tokenizer the tokenizer's file, or its directory
   * @param config the content of the new model's {@code config.json}
   * @throws DataException if it cannot be read, or gives other ids beside such a config
   */
  public static Map<String, JsonObject> beside(Path tokenizer, JsonObject config) {
    TokenizerFile file = read(tokenizer);
    try {
      return file.beside(text(file.path), config);
    } catch (IOException e) {
      throw DataException.unreadable(file.reading(), e);
    }
  }

  private Map<String, JsonObject> beside(String original, JsonObject config) {
    TokenizerJson built = TokenizerJson.parse(json, path);
    Map<String, JsonObject> beside = new HashMap<>(files);
    beside.keySet().retainAll(Set.of(ARGUMENTS, SPECIAL));
    JsonObject arguments = file(ARGUMENTS).deepCopy();
    beside.put(ARGUMENTS, arguments);
    arguments.addProperty(
        TokenizerClass.KEY,
        TokenizerClass.of(built.root(), arguments, file(CONFIG)).orElse(TokenizerClass.PLAIN));
    if (plain) {
      nameSpecial(built, arguments);
    }
    beside.put(CONFIG, config);
    TokenizerFile copy = new TokenizerFile(path, original, beside);
    if (!TokenizerJson.parse(copy.json, path).root().equals(built.root())) {
      throw new DataException(
          reading()
              + "beside a config.json with 'model_type' "
              + config.get("model_type")
              + " transformers builds other parts of it, which give other ids; take a tokenizer of"
              + " such a model.");
    }
    beside.remove(CONFIG);
    return Map.copyOf(beside);
  }

  /** Names the special tokens that no file names. */
  private void nameSpecial(TokenizerJson tokenizer, JsonObject arguments) {
    for (SpecialToken token : SpecialToken.values()) {
      OptionalInt id = vocabulary.find(token);
      tokenizer.added().stream()
          .filter(t -> id.isPresent() && t.get("id").getAsInt() == id.getAsInt())
          .filter(t -> tokenizer.special().get(id.getAsInt()))
          .filter(t -> !arguments.has(token.key()) && !file(SPECIAL).has(token.key()))
          .findFirst()
          .ifPresent(t -> arguments.add(token.key(), t.get("content")));
    }
  }

  /** Returns a file that stands beside it, an empty object where there is none. */
  private JsonObject file(String name) {
    return files.getOrDefault(name, new JsonObject());
  }

  private void refuse(String found, TokenizerJson said) {
    throw new DataException(
        reading()
            + found
            + (TokenizerClass.isMisnamed(said.root(), file(CONFIG))
                ? "; make the files agree."
                : "; make the files agree, or" + AS_IT_IS));
  }

  private String reading() {
    return "reading the tokenizer " + path + ": ";
  }

  /** {@return the file} */
  public Path path() {
    return path;
  }

  /** {@return the ids that it knows} */
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /**
   * Returns the ids after which a text that a model continues has ended: those of {@code
   * generation_config.json}, else of {@code config.json}, as {@code transformers} takes them, none
   * if it says null; where neither says anything, the tokenizer's end of text.
   */
  Set<Integer> ends() {
    return ends;
  }

  /** Returns what it puts around a text. */
  Frame frame() {
    return frame;
  }

  /** Returns whether it stands beside the config of a model. */
  boolean isOfAModel() {
    return files.containsKey(CONFIG);
  }

  /** Returns where a document may be cut so that its pieces have the tokens of the whole. */
  Cuts cuts() {
    return cuts;
  }

  /** Returns the file's text, with the {@linkplain ClassBuild arguments} of its class in it. */
  String json() {
    return json;
  }
}
