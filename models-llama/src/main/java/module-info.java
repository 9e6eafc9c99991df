/**
 * The family LLaMA, and decoders that differ from it in little. A program that has this module
 * opens their checkpoints; it exports nothing.
 *
 * <pre>{@code
 * Ligo ligo = Ligo.create();
 * try (Checkpoint small = ligo.open(Path.of("smollm2"))) {
 *   ligo.grow(small, "llama-pro").to(Sizes.SAME.withLayers(40)).save(Path.of("smollm2-deep"));
 * }
 * }</pre>
 */
@org.jspecify.annotations.NullMarked
module dev.ligo.models.llama {
  requires com.google.gson;
  requires transitive dev.ligo.text;
  requires static org.jspecify;

  provides dev.ligo.core.model.Architecture with
      dev.ligo.models.llama.GemmaArchitecture,
      dev.ligo.models.llama.Gemma2Architecture,
      dev.ligo.models.llama.Gemma3Architecture,
      dev.ligo.models.llama.LlamaArchitecture,
      dev.ligo.models.llama.MistralArchitecture,
      dev.ligo.models.llama.Qwen2Architecture,
      dev.ligo.models.llama.Qwen3Architecture;
}
