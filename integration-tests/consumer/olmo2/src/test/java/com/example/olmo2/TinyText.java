package com.example.olmo2;

import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.ProgressListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Six words, and a tokenizer that knows them. */
final class TinyText {
  private static final String TOKENIZER =
      """
      {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
       "normalizer": null, "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null,
       "decoder": null,
       "model": {"type": "WordLevel", "unk_token": "<unk>",
                 "vocab": {"<unk>": 0, "<s>": 1, "</s>": 2,
                           "a": 3, "b": 4, "c": 5, "d": 6, "e": 7, "f": 8}}}
      """;

  private TinyText() {}

  /** Writes text and tokenizer into a directory and asks for batches of them. */
  static DataRequest in(Path directory, boolean shuffle) {
    try {
      Path text = Files.writeString(directory.resolve("text.txt"), "a b c d e f\n".repeat(40));
      Path tokenizer = Files.writeString(directory.resolve("tokenizer.json"), TOKENIZER);
      return new DataRequest(
          List.of(text),
          tokenizer,
          directory.resolve("cache"),
          2,
          6,
          1,
          shuffle,
          ProgressListener.SILENT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
