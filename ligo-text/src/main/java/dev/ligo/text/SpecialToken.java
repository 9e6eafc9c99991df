package dev.ligo.text;

import java.util.List;

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
  END_OF_TEXT;

  /**
   * {@return the spellings that tokenizers give it, the first one that a vocabulary has being its
   * token}
   */
  public List<String> spellings() {
    return switch (this) {
      case CLASSIFIER -> List.of("[CLS]", "<s>");
      case SEPARATOR -> List.of("[SEP]", "</s>");
      case MASK -> List.of("[MASK]", "<mask>");
      case PADDING -> List.of("[PAD]", "<pad>");
      case END_OF_TEXT -> List.of("<|endoftext|>", "<|end_of_text|>", "</s>", "[SEP]");
    };
  }
}
