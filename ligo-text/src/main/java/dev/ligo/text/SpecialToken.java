package dev.ligo.text;

import java.util.List;
import java.util.Locale;

/** A token with a meaning of its own. */
public enum SpecialToken {
  /** What an example starts with. */
  CLASSIFIER,
  /** What an example, and a document within it, ends with. */
  SEPARATOR,
  /** What stands for a hidden token. */
  MASK,
  /** What fills an example that is shorter than the sequence. */
  PADDING,
  /** What follows a document that a model reads from left to right. */
  END_OF_TEXT,
  /** What stands for text that the vocabulary cannot spell. */
  UNKNOWN;

  /** Returns what messages call it, such as "end of text". */
  String words() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** Returns the key under which the files of a tokenizer name it. */
  String key() {
    return switch (this) {
      case CLASSIFIER -> "cls_token";
      case SEPARATOR -> "sep_token";
      case MASK -> "mask_token";
      case PADDING -> "pad_token";
      case END_OF_TEXT -> "eos_token";
      case UNKNOWN -> "unk_token";
    };
  }

  /**
   * {@return the spellings that tokenizers give it, the first one that a vocabulary has being its
   * token where no file of the tokenizer names one}
   */
  public List<String> spellings() {
    return switch (this) {
      case CLASSIFIER -> List.of("[CLS]", "<s>");
      case SEPARATOR -> List.of("[SEP]", "</s>");
      case MASK -> List.of("[MASK]", "<mask>");
      case PADDING -> List.of("[PAD]", "<pad>");
      case END_OF_TEXT -> List.of("<|endoftext|>", "<|end_of_text|>", "</s>", "[SEP]");
      case UNKNOWN -> List.of("[UNK]", "<unk>");
    };
  }
}
