package dev.ligo.models.bert;

import com.google.gson.JsonObject;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Tensor;
import dev.ligo.core.model.Activation;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.ConfigException;
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
 * RoBERTa (Liu et al., "RoBERTa: A Robustly Optimized BERT Pretraining Approach", 2019): an {@link
 * Encoder} whose positions count the tokens that are not padding, from the padding's id + 1 on.
 *
 * <p>{@link XlmRoberta} and {@link Camembert} are the same computation with the same names of
 * tensors, trained on other text: only the names of the family and of its classes differ.
 */
public sealed class RobertaArchitecture implements Architecture<RobertaConfig> {
  private static final Encoder ENCODER = new Encoder("roberta.");

  private final String name;
  private final String classPrefix;

  /** Creates the family. */
  public RobertaArchitecture() {
    this("roberta", "Roberta");
  }

  private RobertaArchitecture(String name, String classPrefix) {
    this.name = name;
    this.classPrefix = classPrefix;
  }

  /** XLM-RoBERTa (Conneau et al., "Unsupervised Cross-lingual Representation Learning", 2020). */
  public static final class XlmRoberta extends RobertaArchitecture {
    /** Creates the family. */
    public XlmRoberta() {
      super("xlm-roberta", "XLMRoberta");
    }
  }

  /** CamemBERT (Martin et al., "CamemBERT: a Tasty French Language Model", 2020). */
  public static final class Camembert extends RobertaArchitecture {
    /** Creates the family. */
    public Camembert() {
      super("camembert", "Camembert");
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public RobertaConfig parse(ConfigReader c) {
    EncoderConfig encoder = EncoderConfig.parse(c);
    int padding = c.tokenId("pad_token_id", 1);
    RobertaConfig config = new RobertaConfig(encoder, padding);
    if (padding >= encoder.vocabulary() || config.longest() < 1) {
      throw new ConfigException(
          "config.json: 'pad_token_id' is "
              + padding
              + ", which leaves none of "
              + encoder.positions()
              + " positions or is no id of a vocabulary of "
              + encoder.vocabulary()
              + "; correct one of them.");
    }
    return config;
  }

  @Override
  public void write(RobertaConfig c, JsonObject json) {
    c.encoder().write(json);
  }

  @Override
  public RobertaConfig resize(RobertaConfig c, Sizes sizes) {
    EncoderConfig e = c.encoder();
    return new RobertaConfig(e.withDimensions(e.dimensions().resized(sizes)), c.padding());
  }

  @Override
  public Optional<RobertaConfig> timesEpsilon(RobertaConfig c, double factor) {
    return Optional.of(new RobertaConfig(c.encoder().timesEpsilon(factor), c.padding()));
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
  public OptionalInt longestSequence(RobertaConfig c) {
    return OptionalInt.of(c.longest());
  }

  @Override
  public double initializerRange(RobertaConfig c) {
    return c.encoder().initializerRange();
  }

  @Override
  public void parameters(RobertaConfig c, Layout p) {
    ENCODER.parameters(c.encoder(), p);
    p.optional(o -> ENCODER.pooler(c.encoder(), o));
  }

  /**
   * Computes {@code hidden} (batch, sequence, hidden) from {@code input_ids} and, if there are
   * such, {@code token_type_ids} and {@code attention_mask}, each (batch, sequence).
   */
  @Override
  public NamedTensors forward(Parameters w, RobertaConfig c, ForwardContext x) {
    Tensor ids = x.get("input_ids");
    Positions.check(ids.shape().dim(1), c.longest());
    Tensor rows = places(ids, c.padding());
    return ENCODER.forward(w, c.encoder(), x, w.get(ENCODER.positions()).take(rows, 0));
  }

  /** The row of each token's position: how many tokens there are up to it, after the padding's. */
  private static Tensor places(Tensor ids, int padding) {
    Tensor token = ids.equalTo(padding).not().cast(ids.dtype());
    return Positions.counted(token).add(padding);
  }

  private static TokenLimits limits(RobertaConfig c) {
    OptionalInt padding =
        c.padding() == RobertaConfig.NO_PADDING ? OptionalInt.empty() : OptionalInt.of(c.padding());
    return new TokenLimits(c.encoder().vocabulary(), c.longest(), padding, false);
  }

  @Override
  public List<Task<RobertaConfig>> tasks() {
    MaskedLmHead head =
        new MaskedLmHead("lm_head.dense", "lm_head.layer_norm", "lm_head.", ENCODER.words());
    return List.of(
        new MaskedLm<>(
            classPrefix + "ForMaskedLM",
            head,
            RobertaConfig::encoder,
            c -> Activation.GELU, // whatever the layers have
            RobertaArchitecture::limits),
        new Classification(classPrefix + "ForSequenceClassification"));
  }

  /** Sequence classification: two linear layers on the first token. */
  private record Classification(String className) implements TextClassification<RobertaConfig> {
    @Override
    public TokenLimits limits(RobertaConfig c) {
      return RobertaArchitecture.limits(c);
    }

    @Override
    public Labels labels(RobertaConfig c) {
      return c.encoder().labels();
    }

    @Override
    public RobertaConfig withLabels(RobertaConfig c, Labels labels) {
      return new RobertaConfig(c.encoder().withLabels(labels), c.padding());
    }

    @Override
    public void parameters(RobertaConfig c, Layout p) {
      Axis.Width classifier = p.width("classifier", c.encoder().dimensions().hidden());
      p.linear("classifier.dense", Encoder.embed(c.encoder(), p), classifier);
      p.linear("classifier.out_proj", classifier, Axis.fixed(labels(c).size()));
    }

    @Override
    public Tensor logits(Parameters w, RobertaConfig c, NamedTensors outputs, ForwardContext x) {
      double rate = c.encoder().classifierDropout();
      Tensor first = x.dropout(Encoder.first(outputs.get("hidden")), rate);
      Tensor inner = x.dropout(w.linear("classifier.dense", first).tanh(), rate);
      return w.linear("classifier.out_proj", inner);
    }
  }

  @Override
  public List<Dialect> dialects() {
    return ENCODER.dialects();
  }
}
