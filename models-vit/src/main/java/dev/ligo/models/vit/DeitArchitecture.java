package dev.ligo.models.vit;

import dev.ligo.core.model.Task;
import java.util.List;

/**
 * DeiT with a distillation token (Touvron et al., "Training data-efficient image transformers and
 * distillation through attention", ICML 2021). DeiT without one is a ViT.
 */
public final class DeitArchitecture extends VitFamily {
  /** Creates the family. */
  public DeitArchitecture() {
    super(new VitEncoder("deit", true));
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
}
