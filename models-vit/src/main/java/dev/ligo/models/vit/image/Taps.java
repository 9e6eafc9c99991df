package dev.ligo.models.vit.image;

/**
 * Which pixels of a line make each pixel of a resized one, and with which weights, in the fixed
 * point of Pillow's {@code Resample.c}.
 */
final class Taps {
  private static final int BITS = 22;
  private static final int ONE = 1 << BITS;

  /** The first pixel of the line that counts, for each resized one. */
  private final int[] first;

  /** The weights of that and of those after it. */
  private final int[][] weights;

  private Taps(int count) {
    this.first = new int[count];
    this.weights = new int[count][];
  }

  /**
   * Computes those of a part of a resized line.
   *
   * @param from the length of the line
   * @param to the length of the resized line
   * @param begin the first resized pixel that is wanted
   * @param end the first after it that is not
   */
  static Taps of(ResizeFilter filter, int from, int to, int begin, int end) {
    Taps taps = new Taps(end - begin);
    double scale = (double) from / to;
    double stretched = Math.max(1, scale);
    double support = filter.support() * stretched;
    double narrowed = 1 / stretched;
    for (int i = begin; i < end; i++) {
      if (filter == ResizeFilter.NEAREST || from == to) {
        taps.first[i - begin] = Math.min((int) ((i + 0.5) * scale), from - 1);
        taps.weights[i - begin] = new int[] {ONE};
        continue;
      }
      double center = (i + 0.5) * scale;
      int first = Math.max(0, (int) (center - support + 0.5));
      int last = Math.min(from, (int) (center + support + 0.5));
      double[] exact = new double[last - first];
      double sum = 0;
      for (int k = 0; k < exact.length; k++) {
        exact[k] = filter.at((k + first - center + 0.5) * narrowed);
        sum += exact[k];
      }
      taps.first[i - begin] = first;
      taps.weights[i - begin] = fixed(exact, sum);
    }
    return taps;
  }

  private static int[] fixed(double[] exact, double sum) {
    int[] weights = new int[exact.length];
    for (int k = 0; k < exact.length; k++) {
      double weight = (sum == 0 ? exact[k] : exact[k] / sum) * ONE;
      weights[k] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
    }
    return weights;
  }

  /**
   * Resizes rows.
   *
   * @param from the values of a picture, or of a part of it, row after row
   * @param row the first row
   * @param count the number of rows
   * @param columns the length of each
   * @param left the column of the picture in which they begin
   */
  byte[] rows(byte[] from, int row, int count, int columns, int left) {
    byte[] resized = new byte[Math.multiplyExact(count, first.length)];
    for (int y = 0; y < count; y++) {
      for (int x = 0; x < first.length; x++) {
        int at = (row + y) * columns + first[x] - left;
        resized[y * first.length + x] = pixel(weights[x], from, at, 1);
      }
    }
    return resized;
  }

  /**
   * Resizes columns.
   *
   * @param from the values of a picture, or of a part of it, row after row
   * @param column the first column
   * @param count the number of columns
   * @param columns the length of a row
   * @param top the row of the picture in which they begin
   */
  byte[] columns(byte[] from, int column, int count, int columns, int top) {
    byte[] resized = new byte[Math.multiplyExact(count, first.length)];
    for (int y = 0; y < first.length; y++) {
      for (int x = 0; x < count; x++) {
        int at = (first[y] - top) * columns + column + x;
        resized[y * count + x] = pixel(weights[y], from, at, columns);
      }
    }
    return resized;
  }

  private static byte pixel(int[] weights, byte[] from, int first, int step) {
    int at = first;
    int sum = ONE / 2;
    for (int weight : weights) {
      sum += (from[at] & 0xff) * weight;
      at += step;
    }
    return (byte) Math.max(0, Math.min(sum >> BITS, 0xff));
  }

  /** Returns the first pixel that counts. */
  int begin() {
    return first[0];
  }

  /** Returns the first pixel after those that count. */
  int end() {
    int end = 0;
    for (int i = 0; i < first.length; i++) {
      end = Math.max(end, first[i] + weights[i].length);
    }
    return end;
  }
}
