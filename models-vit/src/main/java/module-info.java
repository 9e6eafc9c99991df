/**
 * The vision models, their tasks and their images. A program that has this module opens their
 * checkpoints; it exports nothing.
 *
 * <pre>{@code
 * Ligo ligo = Ligo.create();
 * try (Checkpoint small = ligo.open(Path.of("deit-tiny"))) {
 *   ligo.grow(small, "fpi").to(Sizes.SAME.withHidden(384)).save(Path.of("deit-small"));
 * }
 * }</pre>
 */
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
