/** A model family of another author's. */
module com.example.neox {
  requires dev.ligo.text;

  provides dev.ligo.core.model.Architecture with
      com.example.neox.NeoxArchitecture;
}
