/** The families of texts that learn a vector for each position, BERT first. */
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
