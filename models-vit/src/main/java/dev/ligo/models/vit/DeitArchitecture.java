package dev.ligo.models.vit;

import com.google.gson.JsonObject;
import dev.ligo.api.NamedTensors;
import dev.ligo.core.model.Architecture;
import dev.ligo.core.model.ConfigReader;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.ForwardContext;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.Parameters;
import dev.ligo.core.model.Sizes;
import dev.ligo.core.model.Task;
import java.util.List;
import java.util.Optional;

/**
 * DeiT with a distillation token (Touvron et al., "Training data-efficient image transformers and
 * distillation through attention", ICML 2021). DeiT without one is a ViT.
 */
public final class DeitArchitecture implements Architecture<VitConfig> {
  private static final VitEncoder ENCODER = new VitEncoder("deit", true);

  /** Creates the family. */
  public DeitArchitecture() {}

  @Override
  public String name() {
    return "deit";
  }

  @Override
  public boolean describes(JsonObject config) {
    return Architecture.super.describes(config) || TimmConfig.isVit(config, true);
  }

  @Override
  public VitConfig parse(ConfigReader c) {
    return VitEncoder.parse(c);
  }

  @Override
  public void write(VitConfig c, JsonObject json) {
    VitEncoder.write(c, json);
  }

  @Override
  public VitConfig resize(VitConfig c, Sizes sizes) {
    return c.withDimensions(c.dimensions().resized(sizes));
  }

  @Override
  public Optional<VitConfig> timesEpsilon(VitConfig c, double factor) {
    return VitEncoder.timesEpsilon(c, factor);
  }

  @Override
  public double initializerRange(VitConfig c) {
    return c.initializerRange();
  }

  @Override
  public void parameters(VitConfig c, Layout p) {
    ENCODER.parameters(c, p);
  }

  /**
   * Computes {@code hidden} (batch, 2 + patches, hidden), the class and the distillation token
   * first, from {@code pixel_values} (batch, channels, rows, columns).
   */
  @Override
  public NamedTensors forward(Parameters w, VitConfig c, ForwardContext x) {
    return ENCODER.forward(w, c, x);
  }

  /** Returns 2: the class and the distillation token. */
  @Override
  public int leadingTokens() {
    return 2;
  }

  @Override
  public List<Task<VitConfig>> tasks() {
    return List.of(
        new ImageClassification<>(
            "distilled-classification",
            "DeiTForImageClassificationWithTeacher",
            List.of("cls_classifier", "distillation_classifier"),
            VitConfig::withLabels),
        new ImageClassification<>(
            "classification",
            "DeiTForImageClassification",
            List.of("classifier"),
            VitConfig::withLabels));
  }

  /** Takes the head that a model has: with both tokens or with the class token alone. */
  @Override
  public Task<VitConfig> pretraining(List<Task<VitConfig>> heads) {
    return heads.isEmpty() ? tasks().get(0) : heads.get(0);
  }

  @Override
  public List<Dialect> dialects() {
    return ENCODER.dialects();
  }

  @Override
  public Dialect dialect(VitConfig c) {
    return c.timm() ? ENCODER.timm() : Dialect.CANONICAL;
  }
}
