/**
 * The text models, and what another family of text models needs: tokenizing, batches and their
 * tasks.
 */
@org.jspecify.annotations.NullMarked
module dev.ligo.models.bert {
  requires ai.djl.api;
  requires ai.djl.tokenizers;
  requires com.google.gson;
  requires de.siegmar.fastcsv;
  requires transitive dev.ligo.core;
  requires org.slf4j;
  requires static org.jspecify;

  exports dev.ligo.models.bert.text;

  provides dev.ligo.core.model.Architecture with
      dev.ligo.models.bert.BertArchitecture,
      dev.ligo.models.bert.Gpt2Architecture,
      dev.ligo.models.bert.RobertaArchitecture;
}
