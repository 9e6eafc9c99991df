package dev.ligo.models.vit.image;

import java.util.List;

/**
 * Cutting out the middle of pictures, with a border around those that are smaller.
 *
 * @param extent the size of what is cut out
 * @param rounding where the middle lies if it is between two pixels
 * @param border the value of each channel of the border
 */
record CenterCrop(Extent extent, Rounding rounding, List<Integer> border) {
  /** Copies the list. */
  CenterCrop {
    border = List.copyOf(border);
  }

  /** The libraries' ways to halve an odd margin. */
  enum Rounding {
    /** Down, as transformers does with Pillow. */
    TRANSFORMERS {
      @Override
      int half(int margin) {
        return Math.floorDiv(margin, 2);
      }
    },
    /** To the nearest even number, and towards zero where there is too little, as torchvision. */
    TORCHVISION {
      @Override
      int half(int margin) {
        return margin < 0 ? margin / 2 : (int) Math.rint(margin / 2.0);
      }
    };

    abstract int half(int margin);
  }

  /** Returns where this lies in a picture of a size; parts of it may lie outside. */
  Window of(Extent picture) {
    return Window.at(
        rounding.half(picture.rows() - extent.rows()),
        rounding.half(picture.columns() - extent.columns()),
        extent);
  }
}
