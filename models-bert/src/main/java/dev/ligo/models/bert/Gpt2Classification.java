package dev.ligo.models.bert;

import dev.ligo.api.DType;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.ForwardContext;
import dev.ligo.core.model.Initializer;
import dev.ligo.core.model.Labels;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Use;
import dev.ligo.text.ClassificationBatches;
import dev.ligo.text.SpecialToken;
import dev.ligo.text.TokenLimits;
import dev.ligo.text.TokenizerFile;
import dev.ligo.text.Vocabulary;
import java.util.OptionalInt;

/**
 * Classification of texts by GPT-2 (Radford et al., "Improving Language Understanding by Generative
 * Pre-Training", 2018): a linear layer without bias on the last token that is not padding, which
 * alone has seen all others.
 */
final class Gpt2Classification implements TextClassification<Gpt2Config> {
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

  /**
   * A model without padding, as the published ones are, pads with the tokenizer's padding, or
   * without one with its end of text, which stands in no example.
   */
  @Override
  public Gpt2Config fitting(Gpt2Config c, DataRequest data) {
    if (c.padding().isPresent() && c.padding().getAsInt() < c.vocabulary()) {
      return c;
    }
    Vocabulary tokens = TokenizerFile.read(data.tokenizer()).vocabulary();
    OptionalInt own = tokens.find(SpecialToken.PADDING);
    return c.withPadding(
        own.isPresent() && own.getAsInt() < c.vocabulary()
            ? own.getAsInt()
            : limits(c).id(tokens, SpecialToken.END_OF_TEXT));
  }

  @Override
  public ClassificationBatches.Form form(Gpt2Config c) {
    int padding =
        c.padding()
            .orElseThrow(
                () ->
                    new DataException(
                        "classifying texts: config.json has no 'pad_token_id' of 0 or more, by"
                            + " which the model finds the last token of a text; set it."));
    if (padding >= c.vocabulary()) {
      throw new DataException(
          "classifying texts: 'pad_token_id' is "
              + padding
              + ", the model knows "
              + c.vocabulary()
              + " tokens; set another.");
    }
    return ClassificationBatches.Form.bare(padding);
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
  public Tensor logits(Parameters w, Gpt2Config c, NamedTensors outputs, ForwardContext x) {
    Tensor hidden = outputs.get("hidden");
    int batch = hidden.shape().dim(0);
    int sequence = hidden.shape().dim(1);
    Tensor last =
        c.padding().isPresent()
            ? last(x, x.get("input_ids"), c.padding().getAsInt())
            : x.t().full(DType.INT64, Shape.of(batch), sequence - 1);
    Tensor rows = x.t().range(batch).mul(sequence).add(last);
    return hidden.reshape(batch * sequence, -1).take(rows, 0).linear(w.get(HEAD));
  }

  /** Returns the place of the last token that is not padding, (batch); 0 where all is padding. */
  private static Tensor last(ForwardContext x, Tensor ids, int padding) {
    Tensor token = ids.equalTo(padding).not().cast(DType.INT64);
    Tensor places = x.t().range(ids.shape().dim(1)).add(1);
    return token.mul(places).cast(DType.FLOAT32).argMax(1);
  }
}
