/** Tokenizers, corpora, text batches and metrics of language models, for every text family. */
@org.jspecify.annotations.NullMarked
module dev.ligo.text {
  requires ai.djl.api;
  requires ai.djl.tokenizers;
  requires com.google.gson;
  requires de.siegmar.fastcsv;
  requires transitive dev.ligo.core;
  requires org.slf4j;
  requires static org.jspecify;

  exports dev.ligo.text;
}
