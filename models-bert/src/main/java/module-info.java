/**
 * The families of texts that learn a vector for each position, BERT first. A program that has this
 * module opens their checkpoints; it exports nothing.
 *
 * <pre>{@code
 * Ligo ligo = Ligo.create();
 * try (Checkpoint small = ligo.open(Path.of("bert-small"))) {
 *   ligo.grow(small, "stack").to(Sizes.SAME.withLayers(12)).save(Path.of("bert-deep"));
 * }
 * }</pre>
 */
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
