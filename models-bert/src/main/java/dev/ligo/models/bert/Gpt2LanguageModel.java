package dev.ligo.models.bert;

import dev.ligo.api.Tensor;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Initializer;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Logits;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Use;
import dev.ligo.text.CausalLm;
import dev.ligo.text.TokenLimits;

/** GPT-2's causal language model, which has no parameters of its own where it is tied. */
final class Gpt2LanguageModel implements CausalLm<Gpt2Config> {
  private static final String HEAD = "lm_head.weight";

  @Override
  public String className() {
    return "GPT2LMHeadModel";
  }

  @Override
  public TokenLimits limits(Gpt2Config c) {
    return Gpt2Architecture.limits(c);
  }

  @Override
  public void parameters(Gpt2Config c, Layout p) {
    if (c.tied()) {
      p.tie(HEAD, Gpt2Architecture.WORDS);
    } else {
      Axis.Width embed = p.width("embed", c.dimensions().hidden());
      Initializer normal = Initializer.normal(c.initializerRange());
      p.parameter(HEAD, normal, Use.write(Axis.vocabulary(c.vocabulary())), Use.read(embed));
    }
  }

  @Override
  public Logits decode(Parameters w, Gpt2Config c, Tensor rows) {
    return Logits.linear(rows, w.get(c.tied() ? Gpt2Architecture.WORDS : HEAD));
  }
}
