package dev.ligo.it.growth;

import dev.ligo.core.fixtures.TinyModel;
import java.util.List;

/** The families as small as can be, in each form in which growth treats them differently. */
final class FamilyModels {
  private static final String SIZES =
      "'hidden_size': 8, 'num_hidden_layers': 2, 'num_attention_heads': 2,"
          + " 'intermediate_size': 12, 'vocab_size': 11, 'max_position_embeddings': 8,"
          + " 'type_vocab_size': 2}";

  static final TinyModel BERT = text("BERT", "{'model_type': 'bert', 'layer_norm_eps': 0.01, ");
  static final TinyModel GPT2_UNTIED = gpt2("GPT2_UNTIED", false);
  static final TinyModel CAIT =
      timm(
          "CAIT",
          "cait",
          "cait_xs24_384",
          ", 'depth_token_only': 1, 'mlp_ratio_token_only': 3, 'init_values': 0.3");

  static final TinyModel GEMMA3 =
      decoder(
          "GEMMA3",
          "'model_type': 'gemma3_text', 'num_key_value_heads': 1, 'head_dim': 6,"
              + " 'sliding_window': 3, 'sliding_window_pattern': 2, 'final_logit_softcapping': 3");

  static final List<TinyModel> ALL =
      List.of(
          BERT,
          text(
              "BERT_UNTIED",
              "{'model_type': 'bert', 'tie_word_embeddings': false, 'layer_norm_eps': 0.01, "),
          text("ROBERTA", "{'model_type': 'roberta', 'layer_norm_eps': 0.01, "),
          gpt2("GPT2", true),
          GPT2_UNTIED,
          vision("VIT", "classification", "vit", true),
          vision("VIT_NO_QKV_BIAS", "classification", "vit", false),
          vision("DEIT", "distilled-classification", "deit", true),
          timm("VIT_TIMM", "pre-fixed-epsilon", "vit_small_patch16_224", ""),
          CAIT,
          decoder(
              "LLAMA",
              "'model_type': 'llama', 'num_key_value_heads': 1, 'attention_bias': true,"
                  + " 'mlp_bias': true, 'tie_word_embeddings': true"),
          decoder(
              "QWEN3",
              "'model_type': 'qwen3', 'num_key_value_heads': 2, 'head_dim': 6,"
                  + " 'use_sliding_window': true, 'sliding_window': 3, 'max_window_layers': 1"),
          decoder(
              "GEMMA",
              "'model_type': 'gemma', 'num_key_value_heads': 2, 'head_dim': 4,"
                  + " 'attention_bias': true"),
          GEMMA3);

  private FamilyModels() {}

  private static TinyModel text(String name, String config) {
    return new TinyModel(name, "post", 1e-2, "masked-lm", config + SIZES);
  }

  private static TinyModel decoder(String name, String config) {
    return new TinyModel(
        name, "pre", 1e-2, "causal-lm", "{'rms_norm_eps': 0.01, " + config + ", " + SIZES);
  }

  private static TinyModel gpt2(String name, boolean tied) {
    return new TinyModel(
        name,
        "pre",
        1e-2,
        "causal-lm",
        "{'model_type': 'gpt2', 'vocab_size': 11, 'n_embd': 8, 'n_layer': 2, 'n_head': 2,"
            + " 'n_inner': 12, 'n_positions': 6, 'layer_norm_epsilon': 0.01,"
            + " 'tie_word_embeddings': "
            + tied
            + "}");
  }

  private static TinyModel vision(String name, String task, String type, boolean qkvBias) {
    return new TinyModel(
        name,
        "pre",
        1e-2,
        task,
        "{'model_type': '"
            + type
            + "', 'image_size': 4, 'patch_size': 2, 'num_channels': 2, 'num_labels': 3,"
            + " 'layer_norm_eps': 0.01, 'qkv_bias': "
            + qkvBias
            + ", "
            + SIZES);
  }

  private static TinyModel timm(String name, String group, String architecture, String more) {
    return new TinyModel(
        name,
        group,
        1e-6,
        "classification",
        "{'architecture': '"
            + architecture
            + "', 'num_classes': 3, 'model_args': {'embed_dim': 8, 'depth': 2, 'num_heads': 2,"
            + " 'mlp_ratio': 1.5, 'img_size': 4, 'patch_size': 2, 'in_chans': 2"
            + more
            + "}}");
  }
}
