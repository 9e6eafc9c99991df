package dev.ligo.text;

import dev.ligo.api.DType;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.DataRequest;
import dev.ligo.core.model.ForwardContext;
import dev.ligo.core.model.Parameters;
import java.util.OptionalInt;

/**
 * Classification of texts by a model that reads from left to right (Radford et al., "Improving
 * Language Understanding by Generative Pre-Training", 2018): a linear layer without bias on the
 * last token that is not padding, which alone has seen all others. A family whose forward function
 * gives {@code hidden} (batch, sequence, hidden) implements this with its head's parameters.
 *
 * @param <C> the configuration of the family
 */
public interface LastTokenClassification<C> extends TextClassification<C> {
  /**
   * {@return the id of the padding token, before which the model looks, if it has one}
   *
   * @param config the family's configuration
   */
  OptionalInt padding(C config);

  /**
   * {@return the configuration of a model with a padding token}
   *
   * @param config the family's configuration
   * @param id the id of the padding token
   */
  C withPadding(C config, int id);

  /**
   * Returns logits (rows, classes) of rows (rows, hidden).
   *
   * @param w the parameters
   * @param config the family's configuration
   * @param rows hidden states (rows, hidden)
   * @return logits (rows, classes)
   */
  Tensor score(Parameters w, C config, Tensor rows);

  /**
   * Returns the configuration with padding: a model without any, as published ones are, pads with
   * the tokenizer's padding, or without one with its end of text, which stands in no example.
   */
  @Override
  default C fitting(C c, DataRequest data) {
    int vocabulary = limits(c).vocabulary();
    if (padding(c).isPresent() && padding(c).getAsInt() < vocabulary) {
      return c;
    }
    Vocabulary tokens = TokenizerFile.read(data.tokenizer()).vocabulary();
    OptionalInt own = tokens.find(SpecialToken.PADDING);
    return withPadding(
        c,
        own.isPresent() && own.getAsInt() < vocabulary
            ? own.getAsInt()
            : limits(c).id(tokens, SpecialToken.END_OF_TEXT));
  }

  @Override
  default ClassificationBatches.Form form(C c) {
    int id =
        padding(c)
            .orElseThrow(
                () ->
                    new DataException(
                        "classifying texts: config.json has no 'pad_token_id' of 0 or more, by"
                            + " which the model finds the last token of a text; set it."));
    if (id >= limits(c).vocabulary()) {
      throw new DataException(
          "classifying texts: 'pad_token_id' is "
              + id
              + ", the model knows "
              + limits(c).vocabulary()
              + " tokens; set another.");
    }
    return ClassificationBatches.Form.bare(id);
  }

  /** Returns the form of a text alone: without padding its last token is that of the sequence. */
  @Override
  default ClassificationBatches.Form formOfOne(C c) {
    return padding(c).isPresent() ? form(c) : ClassificationBatches.Form.bare(0);
  }

  /** Returns logits (batch, classes) of the last token that is not padding. */
  @Override
  default Tensor logits(Parameters w, C c, NamedTensors outputs, ForwardContext x) {
    Tensor hidden = outputs.get("hidden");
    int batch = hidden.shape().dim(0);
    int sequence = hidden.shape().dim(1);
    Tensor last =
        padding(c).isPresent()
            ? last(x, x.get(ClassificationBatches.INPUT_IDS), padding(c).getAsInt())
            : x.t().full(DType.INT64, Shape.of(batch), sequence - 1);
    Tensor rows = x.t().range(batch).mul(sequence).add(last);
    return score(w, c, hidden.reshape(batch * sequence, -1).take(rows, 0));
  }

  /** Returns the place of the last token that is not padding, (batch); 0 where all is padding. */
  private static Tensor last(ForwardContext x, Tensor ids, int padding) {
    Tensor token = ids.equalTo(padding).not().cast(DType.INT64);
    Tensor places = x.t().range(ids.shape().dim(1)).add(1);
    return token.mul(places).cast(DType.FLOAT32).argMax(1);
  }
}
