package dev.ligo.models.llama;

import dev.ligo.api.Tensor;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Encoding;
import dev.ligo.core.model.Labels;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Parameter.Kind;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Use;
import dev.ligo.text.LastTokenClassification;
import dev.ligo.text.TokenLimits;
import java.util.OptionalInt;

/**
 * Classification of texts by the last token that is not padding.
 *
 * @param className the name of its class
 */
record DecoderClassification(String className) implements LastTokenClassification<DecoderConfig> {
  private static final String HEAD = "score.weight";

  @Override
  public TokenLimits limits(DecoderConfig c) {
    return DecoderLanguageModel.tokens(c);
  }

  @Override
  public Labels labels(DecoderConfig c) {
    return c.labels();
  }

  @Override
  public DecoderConfig withLabels(DecoderConfig c, Labels labels) {
    return c.withLabels(labels);
  }

  @Override
  public OptionalInt padding(DecoderConfig c) {
    return c.padding();
  }

  @Override
  public DecoderConfig withPadding(DecoderConfig c, int id) {
    return c.withPadding(id);
  }

  @Override
  public void parameters(DecoderConfig c, Layout p) {
    // Before a tied head the last norm makes up for copied units, since the word embeddings that
    // read it write too: what else reads it then grows as they do.
    boolean tied = c.variation().tied();
    Axis.Width embed = Decoder.embed(c, p);
    p.parameter(
        Kind.OTHER,
        HEAD,
        Decoder.normal(c),
        tied ? Encoding.scaled(c.embeddingScale()) : Encoding.PLAIN,
        Use.write(Axis.fixed(c.labels().size())),
        tied ? Use.write(embed) : Use.read(embed));
  }

  @Override
  public Tensor score(Parameters w, DecoderConfig c, Tensor rows) {
    return rows.linear(w.get(HEAD));
  }
}
