package dev.ligo.it.family;

import dev.ligo.core.data.DataRequest;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.testkit.ArchitectureConformance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** BERT keeps the contract of families. */
class BertConformanceTest extends ArchitectureConformance {
  @Override
  protected String name() {
    return "bert";
  }

  @Override
  protected String config() {
    return """
        {"model_type": "bert", "vocab_size": 11, "hidden_size": 4, "num_hidden_layers": 2,
         "num_attention_heads": 2, "intermediate_size": 6, "max_position_embeddings": 8,
         "layer_norm_eps": 1e-3, "hidden_act": "gelu"}
        """;
  }

  /** Six words, and a tokenizer that knows them. */
  @Override
  protected Optional<DataRequest> data(Path directory) {
    try {
      Path text = Files.writeString(directory.resolve("text.txt"), "a b c d e f\n".repeat(40));
      Files.writeString(
          directory.resolve("tokenizer.json"),
          """
          {"version": "1.0", "truncation": null, "padding": null,
           "added_tokens": [%s],
           "normalizer": {"type": "BertNormalizer", "clean_text": true, "lowercase": true,
                          "handle_chinese_chars": true, "strip_accents": null},
           "pre_tokenizer": {"type": "BertPreTokenizer"},
           "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
           "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
           "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                     "max_input_chars_per_word": 100,
                     "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4,
                               "a": 5, "b": 6, "c": 7, "d": 8, "e": 9, "f": 10}}}
          """
              .formatted(
                  String.join(
                      ", ",
                      special(0, "[PAD]"),
                      special(1, "[UNK]"),
                      special(2, "[CLS]"),
                      special(3, "[SEP]"),
                      special(4, "[MASK]"))));
      return Optional.of(
          new DataRequest(
              List.of(text),
              directory,
              directory.resolve("cache"),
              2,
              6,
              1,
              true,
              ProgressListener.SILENT));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String special(int id, String content) {
    return """
        {"id": %d, "content": "%s", "single_word": false, "lstrip": false, "rstrip": false,
         "normalized": false, "special": true}"""
        .formatted(id, content);
  }
}
