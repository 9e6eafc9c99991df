/** A model family of another author's. */
module com.example.olmo2 {
  requires dev.ligo.text;

  provides dev.ligo.core.model.Architecture with
      com.example.olmo2.Olmo2Architecture;
}
