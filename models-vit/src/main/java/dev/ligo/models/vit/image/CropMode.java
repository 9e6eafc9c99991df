package dev.ligo.models.vit.image;

/** The values of timm's {@code crop_mode}: how pictures are resized before they are cropped. */
public enum CropMode {
  /** Proportions are kept, and what is too long is cut off. */
  CENTER {
    @Override
    Resize.Target target(Extent scaled) {
      return scaled.rows() == scaled.columns()
          ? new Resize.ShorterEdge(scaled.rows())
          : new Resize.Touching(scaled, true);
    }
  },
  /** Proportions are not kept. */
  SQUASH {
    @Override
    Resize.Target target(Extent scaled) {
      return new Resize.Fixed(scaled);
    }
  },
  /** Proportions are kept, and what is too short gets a border. */
  BORDER {
    @Override
    Resize.Target target(Extent scaled) {
      return new Resize.Touching(scaled, false);
    }
  };

  abstract Resize.Target target(Extent scaled);
}
