package dev.ligo.text;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

/** A WordPiece tokenizer of a hundred words, and text for it. */
public final class TinyText {
  static final int PAD = 0;
  static final int UNK = 1;
  static final int CLS = 2;
  static final int SEP = 3;
  static final int MASK = 4;

  /** The id of the word w0; w1 and so on follow. */
  static final int FIRST_WORD = 5;

  static final int WORDS = 100;
  static final int SIZE = FIRST_WORD + WORDS;

  private static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

  private TinyText() {}

  /** Writes a tokenizer that cuts to 4 tokens and pads to 8, as published ones do, and its path. */
  static Path tokenizer(Path directory) {
    return write(directory.resolve("tokenizer.json"), json(SPECIAL));
  }

  /** Returns the text of a tokenizer whose first five pieces are the given special ones. */
  static String json(List<String> special) {
    return json(special, WORDS);
  }

  /**
   * Returns the text of a tokenizer of the given special pieces and the words w0, w1, and so on.
   */
  public static String json(List<String> special, int words) {
    List<String> pieces = new ArrayList<>(special);
    IntStream.range(0, words).forEach(i -> pieces.add("w" + i));
    String vocab =
        IntStream.range(0, pieces.size())
            .mapToObj(i -> "\"" + pieces.get(i) + "\": " + i)
            .collect(Collectors.joining(", "));
    String added =
        IntStream.range(0, special.size())
            .mapToObj(
                i ->
                    """
                    {"id": %d, "content": "%s", "single_word": false, "lstrip": false,
                     "rstrip": false, "normalized": false, "special": true}\
                    """
                        .formatted(i, special.get(i)))
            .collect(Collectors.joining(", "));
    return """
    {"version": "1.0",
     "truncation": {"max_length": 4, "strategy": "LongestFirst", "stride": 0},
     "padding": {"strategy": {"Fixed": 8}, "direction": "Right", "pad_to_multiple_of": null,
                 "pad_id": 0, "pad_type_id": 0, "pad_token": "%s"},
     "added_tokens": [%s],
     "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                    "strip_accents": null, "lowercase": true},
     "pre_tokenizer": {"type": "BertPreTokenizer"},
     "post_processor": {"type": "BertProcessing", "sep": ["%s", 3], "cls": ["%s", 2]},
     "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
     "model": {"type": "WordPiece", "unk_token": "%s", "continuing_subword_prefix": "##",
               "max_input_chars_per_word": 100, "vocab": {%s}}}
    """
        .formatted(special.get(0), added, special.get(3), special.get(2), special.get(1), vocab);
  }

  /** Returns the id of a word w0, w1, and so on. */
  static int id(int word) {
    return FIRST_WORD + word;
  }

  /** Returns {@code count} words, the i-th being w(i mod 100), ten to a line. */
  static String words(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "w" + i % WORDS + (i % 10 == 9 ? "\n" : " "))
        .collect(Collectors.joining());
  }

  /** Writes a text file. */
  public static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a compressed text file. */
  static Path writeCompressed(Path file, String text) {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
