/** The family LLaMA, and decoders that differ from it in little. */
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
