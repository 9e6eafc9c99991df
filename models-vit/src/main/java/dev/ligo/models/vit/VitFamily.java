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
import java.util.List;
import java.util.Optional;

/** What ViT and DeiT share: all but their names, tokens and heads. */
abstract sealed class VitFamily implements Architecture<VitConfig>
    permits DeitArchitecture, VitArchitecture {
  private final VitEncoder encoder;

  /**
   * Creates a family.
   *
   * @param encoder the encoder, whose prefix is the family's name
   */
  VitFamily(VitEncoder encoder) {
    this.encoder = encoder;
  }

  @Override
  public final String name() {
    return encoder.prefix();
  }

  @Override
  public final boolean describes(JsonObject config) {
    return Architecture.super.describes(config) || TimmConfig.isVit(config, encoder.distilled());
  }

  @Override
  public final VitConfig parse(ConfigReader c) {
    return TimmConfig.isTimm(c.json()) ? TimmConfig.vit(c) : HuggingFaceConfig.read(c, name());
  }

  @Override
  public final void write(VitConfig c, JsonObject json) {
    if (c.timm()) {
      TimmConfig.write(c, json);
    } else {
      HuggingFaceConfig.write(c, json);
    }
  }

  @Override
  public final VitConfig resize(VitConfig c, Sizes sizes) {
    return c.withDimensions(c.dimensions().resized(sizes));
  }

  /** Returns a multiple of epsilon, which timm's config has no place for. */
  @Override
  public final Optional<VitConfig> timesEpsilon(VitConfig c, double factor) {
    return c.timm() ? Optional.empty() : Optional.of(c.withEpsilon(factor * c.epsilon()));
  }

  @Override
  public final double initializerRange(VitConfig c) {
    return c.initializerRange();
  }

  @Override
  public final void parameters(VitConfig c, Layout p) {
    encoder.parameters(c, p);
  }

  /**
   * Computes {@code hidden} (batch, tokens + patches, hidden), the class token and, in DeiT, the
   * distillation token first, from {@code pixel_values} (batch, channels, rows, columns).
   */
  @Override
  public final NamedTensors forward(Parameters w, VitConfig c, ForwardContext x) {
    return encoder.forward(w, c, x);
  }

  @Override
  public final int leadingTokens() {
    return encoder.tokens();
  }

  @Override
  public final List<Dialect> dialects() {
    return encoder.dialects();
  }

  @Override
  public final Dialect dialect(VitConfig c) {
    return c.timm() ? encoder.timm() : Dialect.CANONICAL;
  }
}
