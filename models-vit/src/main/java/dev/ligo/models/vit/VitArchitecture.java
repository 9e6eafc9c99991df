package dev.ligo.models.vit;

import dev.ligo.core.model.Task;
import java.util.List;

/**
 * ViT (Dosovitskiy et al., "An Image is Worth 16x16 Words", ICLR 2021), and DeiT trained without a
 * distillation token, which is the same model.
 */
public final class VitArchitecture extends VitFamily {
  /** Creates the family. */
  public VitArchitecture() {
    super(new VitEncoder("vit", false));
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
}
