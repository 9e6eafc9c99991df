package dev.ligo.models.bert;

import com.google.gson.JsonObject;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.ConfigReader;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.ForwardContext;
import dev.ligo.core.model.Labels;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.model.Task;
import dev.ligo.text.TextClassification;
import dev.ligo.text.TokenLimits;
import dev.ligo.text.TokenizerFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * BERT (Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers", NAACL 2019): an
 * {@link Encoder} with token types, whose first token is pooled for classification.
 */
public final class BertArchitecture implements Architecture<EncoderConfig> {
  private static final Encoder ENCODER = new Encoder("bert.");

  private static final String DEBERTA =
      "DeBERTa's attention adds scores of relative positions to those of contents";

  /** Creates the family. */
  public BertArchitecture() {}

  @Override
  public String name() {
    return "bert";
  }

  @Override
  public Map<String, String> unlike() {
    return Map.of(
        "distilbert",
        "DistilBERT has no token types and no pooler, and its tensors and the keys of its config"
            + " have names of their own",
        "albert",
        "ALBERT's layers share one set of parameters, and its embeddings are narrower than its"
            + " layers",
        "electra",
        "ELECTRA is pretrained to detect replaced tokens, by a discriminator whose embeddings may"
            + " be narrower than its layers",
        "deberta",
        DEBERTA,
        "deberta-v2",
        DEBERTA + " (versions 2 and 3 share the projections of positions and contents)");
  }

  @Override
  public EncoderConfig parse(ConfigReader c) {
    return EncoderConfig.parse(c);
  }

  @Override
  public void write(EncoderConfig c, JsonObject json) {
    c.write(json);
  }

  @Override
  public EncoderConfig resize(EncoderConfig c, Sizes sizes) {
    return c.withDimensions(c.dimensions().resized(sizes));
  }

  @Override
  public Optional<EncoderConfig> timesEpsilon(EncoderConfig c, double factor) {
    return Optional.of(c.timesEpsilon(factor));
  }

  @Override
  public OptionalInt tokenizerSize(Path directory) {
    return TokenizerFile.size(directory);
  }

  @Override
  public Map<String, JsonObject> besideTokenizer(Path tokenizer, JsonObject config) {
    return TokenizerFile.beside(tokenizer, config);
  }

  @Override
  public OptionalInt longestSequence(EncoderConfig c) {
    return OptionalInt.of(c.positions());
  }

  @Override
  public double initializerRange(EncoderConfig c) {
    return c.initializerRange();
  }

  @Override
  public void parameters(EncoderConfig c, Layout p) {
    ENCODER.parameters(c, p);
    p.optional(o -> o.linear("cls.seq_relationship", ENCODER.pooler(c, o), Axis.fixed(2)));
  }

  /**
   * Computes {@code hidden} (batch, sequence, hidden) from {@code input_ids}, {@code
   * token_type_ids} and, if there is one, {@code attention_mask}, each (batch, sequence).
   */
  @Override
  public NamedTensors forward(Parameters w, EncoderConfig c, ForwardContext x) {
    Tensor positions = Positions.inOrder(w.get(ENCODER.positions()), x.get("input_ids"));
    return ENCODER.forward(w, c, x, positions);
  }

  private static TokenLimits limits(EncoderConfig c) {
    return new TokenLimits(c.vocabulary(), c.positions(), OptionalInt.empty(), true);
  }

  @Override
  public List<Task<EncoderConfig>> tasks() {
    MaskedLmHead head =
        new MaskedLmHead(
            "cls.predictions.transform.dense",
            "cls.predictions.transform.LayerNorm",
            "cls.predictions.",
            ENCODER.words());
    return List.of(
        new MaskedLm<>(
            "BertForMaskedLM", head, c -> c, EncoderConfig::activation, BertArchitecture::limits),
        new Classification());
  }

  /** Sequence classification: a linear layer on the pooled first token. */
  private static final class Classification implements TextClassification<EncoderConfig> {
    @Override
    public String className() {
      return "BertForSequenceClassification";
    }

    @Override
    public TokenLimits limits(EncoderConfig c) {
      return BertArchitecture.limits(c);
    }

    @Override
    public Labels labels(EncoderConfig c) {
      return c.labels();
    }

    @Override
    public EncoderConfig withLabels(EncoderConfig c, Labels labels) {
      return c.withLabels(labels);
    }

    @Override
    public void parameters(EncoderConfig c, Layout p) {
      p.linear("classifier", ENCODER.pooler(c, p), Axis.fixed(c.labels().size()));
    }

    @Override
    public Tensor logits(Parameters w, EncoderConfig c, NamedTensors outputs, ForwardContext x) {
      Tensor pooled = ENCODER.pooled(w, outputs.get("hidden"));
      return w.linear("classifier", x.dropout(pooled, c.classifierDropout()));
    }
  }

  @Override
  public List<Dialect> dialects() {
    return ENCODER.dialects();
  }
}
