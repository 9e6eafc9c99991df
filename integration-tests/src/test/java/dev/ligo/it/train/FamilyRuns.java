package dev.ligo.it.train;

import com.google.gson.JsonParser;
import dev.ligo.core.Ligo;
import dev.ligo.core.fixtures.TinyRuns;
import dev.ligo.it.TestBackends;
import java.util.List;

/**
 * Runs of tiny models, on the backends under test: a family of each kind that training may treat
 * differently, by its tasks, its stacks and its tokens. The first is BERT. What holds of every
 * family stands in {@code ArchitectureConformance}.
 */
final class FamilyRuns {
  private FamilyRuns() {}

  static TinyRuns create() {
    return new TinyRuns(subjects(), TestBackends.names(), TestBackends::open);
  }

  private static TinyRuns.Subject subject(Ligo ligo, String stack, String task, String config) {
    return new TinyRuns.Subject(
        ligo,
        stack,
        JsonParser.parseString(config.replace('\'', '"')).getAsJsonObject(),
        task,
        false,
        true);
  }

  static List<TinyRuns.Subject> subjects() {
    Ligo ligo = Ligo.create();
    return List.of(
        subject(
            ligo,
            "bert.encoder.layer",
            "masked-lm",
            "{'model_type': 'bert', 'vocab_size': 11, 'hidden_size': 8, 'num_hidden_layers': 4,"
                + " 'num_attention_heads': 2, 'intermediate_size': 12, 'max_position_embeddings':"
                + " 6, 'layer_norm_eps': 1e-3, 'hidden_dropout_prob': 0.1,"
                + " 'attention_probs_dropout_prob': 0.1}"),
        subject(
            ligo,
            "roberta.encoder.layer",
            "masked-lm",
            "{'model_type': 'roberta', 'vocab_size': 11, 'hidden_size': 8,"
                + " 'num_hidden_layers': 4, 'num_attention_heads': 2, 'intermediate_size': 12,"
                + " 'max_position_embeddings': 8, 'layer_norm_eps': 1e-3, 'type_vocab_size': 1,"
                + " 'pad_token_id': 1, 'hidden_dropout_prob': 0.1,"
                + " 'attention_probs_dropout_prob': 0.1}"),
        subject(
            ligo,
            "transformer.h",
            "causal-lm",
            "{'model_type': 'gpt2', 'vocab_size': 11, 'n_embd': 8, 'n_layer': 4, 'n_head': 2,"
                + " 'n_inner': 12, 'n_positions': 6, 'layer_norm_epsilon': 1e-3, 'embd_pdrop': 0.1,"
                + " 'attn_pdrop': 0.1, 'resid_pdrop': 0.1}"),
        subject(ligo, "vit.encoder.layer", "classification", vision("vit")),
        subject(ligo, "deit.encoder.layer", "distilled-classification", vision("deit")),
        subject(
            ligo,
            "blocks",
            "classification",
            "{'architecture': 'cait_xxs24_224', 'num_classes': 3, 'model_args': {'img_size': 6,"
                + " 'patch_size': 3, 'in_chans': 1, 'embed_dim': 8, 'depth': 4,"
                + " 'num_heads': 2, 'mlp_ratio': 1.5, 'depth_token_only': 2,"
                + " 'mlp_ratio_token_only': 1.5, 'init_values': 0.3}}"));
  }

  private static String vision(String type) {
    return "{'model_type': '"
        + type
        + "', 'image_size': 6, 'patch_size': 3, 'num_channels': 1, 'hidden_size': 8,"
        + " 'num_hidden_layers': 4, 'num_attention_heads': 2, 'intermediate_size': 12,"
        + " 'layer_norm_eps': 1e-3, 'hidden_dropout_prob': 0.1,"
        + " 'attention_probs_dropout_prob': 0.1, 'id2label': {'0': 'a', '1': 'b', '2': 'c'}}";
  }
}
