package dev.ligo.models.vit.image;

/**
 * What is known of a picture without its pixels.
 *
 * @param format the format
 * @param rows the height
 * @param columns the width
 * @param settled whether this says that the picture can be used; else its pixels do, which may be
 *     transparent or missing
 * @param deepGrey whether greys have 16 bits
 */
record PictureHeader(
    PictureFormat format, int rows, int columns, boolean settled, boolean deepGrey) {}
