package dev.ligo.models.bert.text;

import java.util.List;

/** A token with a meaning of its own, under the spellings that BERT and RoBERTa give it. */
public enum SpecialToken {
  /** What an example starts with. */
  CLASSIFIER("[CLS]", "<s>"),
  /** What an example, and a document within it, ends with. */
  SEPARATOR("[SEP]", "</s>"),
  /** What stands for a hidden token. */
  MASK("[MASK]", "<mask>"),
  /** What fills an example that is shorter than the sequence. */
  PADDING("[PAD]", "<pad>");

  private final String bert;
  private final String roberta;

  SpecialToken(String bert, String roberta) {
    this.bert = bert;
    this.roberta = roberta;
  }

  /** Returns the spellings, the first one that a vocabulary has being its token. */
  public List<String> spellings() {
    return List.of(bert, roberta);
  }
}
