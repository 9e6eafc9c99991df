package dev.ligo.models.bert;

import dev.ligo.api.Tensor;
import dev.ligo.core.model.Activation;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Logits;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Use;

/**
 * A head that predicts masked tokens: a linear layer, an activation, a norm, and a decoder that may
 * be the table of word embeddings.
 *
 * @param dense the name of the linear layer
 * @param norm the name of the norm
 * @param prefix what the names {@code bias} and {@code decoder} start with, the dot included
 * @param words the name of the table of word embeddings
 */
record MaskedLmHead(String dense, String norm, String prefix, String words) {
  private String bias() {
    return prefix + "bias";
  }

  private String decoder() {
    return prefix + "decoder";
  }

  void parameters(EncoderConfig c, Layout p) {
    Axis.Width embed = Encoder.embed(c, p);
    Axis vocabulary = Axis.vocabulary(c.vocabulary());
    p.linear(dense, embed, embed);
    if (c.tied()) {
      p.norm(norm, Use.head(embed));
      p.bias(bias(), vocabulary);
      p.tie(decoder() + ".weight", words);
      p.tie(decoder() + ".bias", bias());
    } else {
      p.norm(norm, embed);
      p.linear(decoder(), embed, vocabulary);
      // Older readers of untied heads want the one name, newer ones the other.
      p.duplicate(bias(), decoder() + ".bias");
    }
  }

  /** Returns the logits (rows, vocabulary) of rows (rows, hidden). */
  Logits logits(Parameters w, EncoderConfig c, Activation activation, Tensor rows) {
    Tensor normed = w.norm(norm, activation.apply(w.linear(dense, rows)), c.epsilon());
    return c.tied()
        ? Logits.linear(normed, w.get(words), w.get(bias()))
        : Logits.linear(normed, w.get(decoder() + ".weight"), w.get(decoder() + ".bias"));
  }
}
