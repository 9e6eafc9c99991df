/** The text models, their tasks and their tokenizing. */
@org.jspecify.annotations.NullMarked
module dev.ligo.models.bert {
  requires ai.djl.api;
  requires ai.djl.tokenizers;
  requires com.google.gson;
  requires dev.ligo.core;
  requires org.slf4j;
  requires static org.jspecify;

  provides dev.ligo.core.model.Architecture with
      dev.ligo.models.bert.BertArchitecture,
      dev.ligo.models.bert.Gpt2Architecture,
      dev.ligo.models.bert.RobertaArchitecture;
}
