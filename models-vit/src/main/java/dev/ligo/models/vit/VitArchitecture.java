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
 * ViT (Dosovitskiy et al., "An Image is Worth 16x16 Words", ICLR 2021), and DeiT trained without a
 * distillation token, which is the same model.
 */
public final class VitArchitecture implements Architecture<VitConfig> {
  private static final VitEncoder ENCODER = new VitEncoder("vit", false);

  /** Creates the family. */
  public VitArchitecture() {}

  @Override
  public String name() {
    return "vit";
  }

  @Override
  public boolean describes(JsonObject config) {
    return Architecture.super.describes(config) || TimmConfig.isVit(config, false);
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
   * Computes {@code hidden} (batch, 1 + patches, hidden), the class token first, from {@code
   * pixel_values} (batch, channels, rows, columns).
   */
  @Override
  public NamedTensors forward(Parameters w, VitConfig c, ForwardContext x) {
    return ENCODER.forward(w, c, x);
  }

  @Override
  public List<Task<VitConfig>> tasks() {
    return List.of(
        new ImageClassification<>(
            "classification",
            "ViTForImageClassification",
            List.of("classifier"),
            VitConfig::withLabels));
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
