/** The vision models, their tasks and their images. */
@org.jspecify.annotations.NullMarked
module dev.ligo.models.vit {
  requires com.google.gson;
  requires dev.ligo.core;
  requires java.desktop;
  requires org.slf4j;
  requires static org.jspecify;

  provides dev.ligo.core.model.Architecture with
      dev.ligo.models.vit.CaitArchitecture,
      dev.ligo.models.vit.DeitArchitecture,
      dev.ligo.models.vit.VitArchitecture;
}
