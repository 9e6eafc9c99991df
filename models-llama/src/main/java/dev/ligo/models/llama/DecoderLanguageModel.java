package dev.ligo.models.llama;

import dev.ligo.api.Tensor;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Logits;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Use;
import dev.ligo.text.CausalLm;
import dev.ligo.text.TokenLimits;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The causal language model, which has no parameters of its own where it is tied.
 *
 * @param className the name of its class
 */
record DecoderLanguageModel(String className) implements CausalLm<DecoderConfig> {
  private static final String HEAD = "lm_head.weight";

  /** Returns what tokens must fit; the tokenizer's padding, if it has one, is never seen. */
  static TokenLimits tokens(DecoderConfig c) {
    return new TokenLimits(c.vocabulary(), c.positions(), OptionalInt.empty(), false);
  }

  @Override
  public TokenLimits limits(DecoderConfig c) {
    return tokens(c);
  }

  @Override
  public void parameters(DecoderConfig c, Layout p) {
    if (c.variation().tied()) {
      p.tie(HEAD, Decoder.WORDS);
    } else {
      Use vocabulary = Use.write(Axis.vocabulary(c.vocabulary()));
      p.parameter(HEAD, Decoder.normal(c), vocabulary, Use.read(Decoder.embed(c, p)));
    }
  }

  @Override
  public Logits decode(Parameters w, DecoderConfig c, Tensor rows) {
    Logits logits = Logits.linear(rows, w.get(c.variation().tied() ? Decoder.WORDS : HEAD));
    OptionalDouble cap = c.variation().logitCap();
    return cap.isPresent()
        ? Logits.of(GroupedAttention.capped(logits.tensor(), cap.getAsDouble()))
        : logits;
  }
}
