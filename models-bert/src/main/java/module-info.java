/** The families BERT, RoBERTa (with XLM-RoBERTa and CamemBERT) and GPT-2. */
@org.jspecify.annotations.NullMarked
module dev.ligo.models.bert {
  requires com.google.gson;
  requires transitive dev.ligo.text;
  requires static org.jspecify;

  provides dev.ligo.core.model.Architecture with
      dev.ligo.models.bert.BertArchitecture,
      dev.ligo.models.bert.Gpt2Architecture,
      dev.ligo.models.bert.RobertaArchitecture,
      dev.ligo.models.bert.RobertaArchitecture.Camembert,
      dev.ligo.models.bert.RobertaArchitecture.XlmRoberta;
}
