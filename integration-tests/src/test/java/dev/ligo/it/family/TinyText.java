package dev.ligo.it.family;

import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.ProgressListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Six words, and a tokenizer that knows them. */
public final class TinyText {
  private TinyText() {}

  /**
   * Writes text and tokenizer into a directory and asks for batches of them.
   *
   * @param special the special tokens: padding, unknown, start, end and mask, from id 0
   */
  public static DataRequest in(Path directory, String... special) {
    List<String> pieces = new ArrayList<>(List.of(special));
    pieces.addAll(List.of("a", "b", "c", "d", "e", "f"));
    String added =
        IntStream.range(0, special.length)
            .mapToObj(
                id ->
                    """
                    {"id": %d, "content": "%s", "single_word": false, "lstrip": false,
                     "rstrip": false, "normalized": false, "special": true}"""
                        .formatted(id, special[id]))
            .collect(Collectors.joining(", "));
    String vocabulary =
        IntStream.range(0, pieces.size())
            .mapToObj(id -> "\"%s\": %d".formatted(pieces.get(id), id))
            .collect(Collectors.joining(", "));
    String tokenizer =
        """
        {"version": "1.0", "truncation": null, "padding": null,
         "added_tokens": [%s],
         "normalizer": {"type": "BertNormalizer", "clean_text": true, "lowercase": true,
                        "handle_chinese_chars": true, "strip_accents": null},
         "pre_tokenizer": {"type": "BertPreTokenizer"},
         "post_processor": {"type": "BertProcessing", "sep": ["%s", 3], "cls": ["%s", 2]},
         "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
         "model": {"type": "WordPiece", "unk_token": "%s", "continuing_subword_prefix": "##",
                   "max_input_chars_per_word": 100, "vocab": {%s}}}
        """
            .formatted(added, special[3], special[2], special[1], vocabulary);
    try {
      Path text = Files.writeString(directory.resolve("text.txt"), "a b c d e f\n".repeat(40));
      Files.writeString(directory.resolve("tokenizer.json"), tokenizer);
      return new DataRequest(
          List.of(text),
          directory,
          directory.resolve("cache"),
          2,
          6,
          1,
          true,
          ProgressListener.SILENT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
