package dev.ligo.text;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataPath;
import dev.ligo.core.data.GitLfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A {@code tokenizer.json} as read, with the files beside it that name its special tokens and the
 * {@linkplain ClassOption arguments} of its class: {@code tokenizer_config.json}, {@code
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

  /**
   * The models of which a family's class in {@code transformers} makes its own where no file names
   * a class. It makes its own of the others, too; those are shared here among families.
   */
  private static final Set<String> REMADE = Set.of("WordLevel", "Unigram");

  private static final String AS_IT_IS =
      " set 'tokenizer_class' to 'PreTrainedTokenizerFast' in tokenizer_config.json, with which"
          + " transformers takes tokenizer.json as it is.";

  private final Path path;
  private final String json;
  private final Vocabulary vocabulary;
  private final Cuts cuts;
  private final Set<Integer> ends;
  private final Optional<String> made;

  private TokenizerFile(Path path, String json) {
    this.path = path;
    TokenizerJson said = TokenizerJson.parse(json, path);
    JsonObject tokenizerConfig = companion("tokenizer_config.json");
    JsonObject config = companion("config.json");
    boolean changed = ClassOption.settle(said.root(), tokenizerConfig, config);
    this.json = changed ? said.root().toString() : json;
    TokenizerJson tokenizer = changed ? TokenizerJson.parse(this.json, path) : said;
    SpecialTokens special =
        new SpecialTokens(tokenizer, tokenizerConfig, companion("special_tokens_map.json"), config);
    Optional<TokenizerClass> own = TokenizerClass.of(tokenizer.root(), tokenizerConfig, config);
    Optional<String> given = own.filter(TokenizerClass::isGiven).map(TokenizerClass::name);
    own.flatMap(c -> special.contradiction())
        .or(() -> given.flatMap(c -> ClassParts.difference(c, tokenizer, special.framed())))
        .ifPresent(
            found -> {
              String other =
                  TokenizerClass.isMisnamed(tokenizer.root(), config) ? "." : ", or" + AS_IT_IS;
              throw new DataException(reading() + found + "; make them the same" + other);
            });
    this.cuts = Cuts.of(tokenizer);
    this.vocabulary = new Vocabulary(path, tokenizer, special.ids());
    boolean unnamed = own.isPresent() && given.isEmpty();
    this.made =
        unnamed && tokenizer.model().get("type") instanceof JsonPrimitive type
            ? Optional.of(type.getAsString()).filter(REMADE::contains)
            : Optional.empty();
    this.ends =
        Stream.of(companion("generation_config.json"), config)
            .flatMap(c -> SpecialTokens.ends(c).stream())
            .findFirst()
            .orElseGet(
                () ->
                    vocabulary.find(SpecialToken.END_OF_TEXT).stream()
                        .boxed()
                        .collect(Collectors.toUnmodifiableSet()));
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
      return new TokenizerFile(file, text(file));
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
    String text = Files.readString(file);
    if (GitLfs.isPointer(text)) {
      throw new DataException("reading the tokenizer " + file + ": " + GitLfs.POINTER);
    }
    return text;
  }

  /** Returns a file beside a tokenizer of the usual name, an empty object where there is none. */
  private JsonObject companion(String name) {
    Path file = path.resolveSibling(name);
    if (!path.getFileName().toString().equals(NAME) || !Files.isRegularFile(file)) {
      return new JsonObject();
    }
    try {
      return JsonParser.parseString(text(file)).getAsJsonObject();
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
      return reading + DataPath.kind(location) + "; name a file or directory of a tokenizer.";
    }
    if (Files.exists(location.resolve(NAME))) {
      return reading + DataPath.kind(location.resolve(NAME)) + " of that name; put the file there.";
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
   * Refuses a model of which {@code transformers} makes another, so that texts have other ids
   * there.
   *
   * @param models the models of the family's class, none if it takes any
   */
  void requireModel(Set<String> models) {
    if (!models.isEmpty()) {
      made.filter(type -> !models.contains(type))
          .ifPresent(
              type -> {
                throw new DataException(
                    reading()
                        + "it is a "
                        + type
                        + ", and no file names its class: transformers makes a "
                        + String.join(" or ", models)
                        + " of it, which gives other ids;"
                        + AS_IT_IS);
              });
    }
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

  /** Returns where a document may be cut so that its pieces have the tokens of the whole. */
  Cuts cuts() {
    return cuts;
  }

  /** Returns the file's text, with the {@linkplain ClassOption arguments} of its class in it. */
  String json() {
    return json;
  }
}
