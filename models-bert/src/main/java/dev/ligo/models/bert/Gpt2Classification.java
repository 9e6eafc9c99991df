package dev.ligo.models.bert;

import dev.ligo.api.Tensor;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Initializer;
import dev.ligo.core.model.Labels;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Use;
import dev.ligo.text.LastTokenClassification;
import dev.ligo.text.TokenLimits;
import java.util.OptionalInt;

/** Classification of texts by GPT-2. */
final class Gpt2Classification implements LastTokenClassification<Gpt2Config> {
  private static final String HEAD = "score.weight";

  @Override
  public String className() {
    return "GPT2ForSequenceClassification";
  }

  @Override
  public TokenLimits limits(Gpt2Config c) {
    return Gpt2Architecture.limits(c);
  }

  @Override
  public Labels labels(Gpt2Config c) {
    return c.labels();
  }

  @Override
  public Gpt2Config withLabels(Gpt2Config c, Labels labels) {
    return c.withLabels(labels);
  }

  @Override
  public OptionalInt padding(Gpt2Config c) {
    return c.padding();
  }

  @Override
  public Gpt2Config withPadding(Gpt2Config c, int id) {
    return c.withPadding(id);
  }

  @Override
  public void parameters(Gpt2Config c, Layout p) {
    Axis.Width embed = p.width("embed", c.dimensions().hidden());
    Initializer normal = Initializer.normal(c.initializerRange());
    // Before a tied head the last norm makes up for copied units, since the word embeddings that
    // read it write too: what else reads it then grows as they do.
    Use in = c.tied() ? Use.write(embed) : Use.read(embed);
    p.parameter(HEAD, normal, Use.write(Axis.fixed(c.labels().size())), in);
  }

  @Override
  public Tensor score(Parameters w, Gpt2Config c, Tensor rows) {
    return rows.linear(w.get(HEAD));
  }
}
