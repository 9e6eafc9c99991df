/** A model family of another author's. */
module com.example.llama {
  requires dev.ligo.text;

  provides dev.ligo.core.model.Architecture with
      com.example.llama.LlamaArchitecture;
}
