package dev.ligo.text;

import dev.ligo.core.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A {@code tokenizer.json} as read. It tells the vocabulary, and whether ids made earlier are still
 * good, without loading the native tokenizer.
 */
public final class TokenizerFile {
  private static final String NAME = "tokenizer.json";

  private final Path path;
  private final String json;
  private final Vocabulary vocabulary;

  private TokenizerFile(Path path, String json) {
    this.path = path;
    this.json = json;
    this.vocabulary = Vocabulary.parse(json, path);
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
      return new TokenizerFile(file, Files.readString(file));
    } catch (IOException e) {
      throw DataException.unreadable("reading the tokenizer " + file + ": ", e);
    }
  }

  private static String missing(Path location) {
    String reading = "reading the tokenizer in " + location + ": expected " + NAME + ", found ";
    if (!Files.exists(location)) {
      return reading + "no such file or directory; name one that has the tokenizer.";
    }
    if (Files.exists(location.resolve("vocab.txt"))
        || Files.exists(location.resolve("vocab.json"))) {
      return reading
          + "a bare vocabulary; make it with the Python package transformers:"
          + " AutoTokenizer.from_pretrained(DIR, use_fast=True).save_pretrained(DIR).";
    }
    return reading + "none; put the model's tokenizer.json there, or name another tokenizer.";
  }

  /** {@return the file} */
  public Path path() {
    return path;
  }

  /** {@return the ids that it knows} */
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /** Returns the file's text. */
  String json() {
    return json;
  }
}
