package dev.ligo.core.growth;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A stack as slices of another one: ranges of its layers, one after the other. A layer may come
 * several times or not at all, and tensors may be scaled.
 *
 * <p>As text it is {@code 0-24,8-32}, with scales {@code 0-4,3-4:o_proj=0:down_proj=0}; {@code :=2}
 * scales every tensor of a slice. A slash may stand for a comma.
 *
 * @param slices the slices from the first layer on; at least one
 */
public record LayerSlices(List<Slice> slices) {
  private static final Pattern RANGE = Pattern.compile("([0-9]{1,9})-([0-9]{1,9})");
  private static final Pattern SCALE = Pattern.compile("([^=:,/]*)=([^=:,/]+)");

  /**
   * Layers one after the other.
   *
   * @param from the number of the first layer, from 0
   * @param to the number after the last
   * @param scales what tensors are multiplied by: by the first of these that matches a tensor's
   *     name; one that none matches is kept
   */
  public record Slice(int from, int to, List<Scale> scales) {
    /**
     * Checks the range.
     *
     * @param from the number of the first layer, from 0
     * @param to the number after the last
     * @param scales what tensors are multiplied by
     * @throws GrowthException if the range is empty or reversed
     */
    public Slice {
      scales = List.copyOf(scales);
      if (from < 0 || to <= from) {
        throw new GrowthException(
            "a slice goes from a layer up to a later one, which it leaves out, as 0-24 does; found "
                + from
                + "-"
                + to
                + ".");
      }
    }

    /**
     * {@return what a tensor is multiplied by}
     *
     * @param tensor its name
     */
    public double scale(String tensor) {
      return scales.stream()
          .filter(s -> s.matches(tensor))
          .findFirst()
          .map(Scale::value)
          .orElse(1.0);
    }

    @Override
    public String toString() {
      return from
          + "-"
          + to
          + scales.stream()
              .map(s -> ":" + s.filter() + "=" + s.value())
              .collect(Collectors.joining());
    }
  }

  /**
   * What some tensors are multiplied by.
   *
   * @param filter a part of the tensors' names; nothing for every tensor
   * @param value the factor
   */
  public record Scale(String filter, double value) {
    /**
     * Checks the factor.
     *
     * @param filter a part of the tensors' names; nothing for every tensor
     * @param value the factor
     * @throws GrowthException if it is not finite
     */
    public Scale {
      if (!Double.isFinite(value)) {
        throw new GrowthException(
            "the scale of "
                + (filter.isEmpty() ? "every tensor" : "'" + filter + "'")
                + " should be a finite number, found "
                + value
                + ".");
      }
    }

    /**
     * {@return whether a tensor's name contains the filter}
     *
     * @param tensor its name
     */
    public boolean matches(String tensor) {
      return tensor.contains(filter);
    }
  }

  /**
   * Copies the slices.
   *
   * @param slices the slices from the first layer on; at least one
   * @throws GrowthException if there are none, or more layers than can be counted
   */
  public LayerSlices {
    slices = List.copyOf(slices);
    if (slices.isEmpty()) {
      throw new GrowthException("a stack of slices has at least one slice, found none.");
    }
    if (slices.stream().mapToLong(s -> s.to() - s.from()).sum() > Integer.MAX_VALUE) {
      throw new GrowthException("the slices have more layers than a model can have.");
    }
  }

  /**
   * {@return the two slices of SOLAR (Kim et al., "SOLAR 10.7B: Scaling Large Language Models with
   * Simple yet Effective Depth Up-Scaling", NAACL 2024): the first layers, then the last ones, as
   * many of each, so that the middle comes twice}
   *
   * @param small the number of layers there are
   * @param large the number of layers to have, at most twice as many
   * @throws GrowthException if they are more
   */
  public static LayerSlices solar(int small, int large) {
    int first = (large + 1) / 2;
    if (first > small) {
      throw new GrowthException(
          "two slices of "
              + small
              + " layers make at most "
              + 2 * small
              + " layers, not "
              + large
              + "; name more slices, such as 0-24,8-32,8-32.");
    }
    int last = large - first;
    Slice lower = new Slice(0, first, List.of());
    return new LayerSlices(
        last == 0 ? List.of(lower) : List.of(lower, new Slice(small - last, small, List.of())));
  }

  /**
   * {@return the slices of a text; nothing if it is not of the form of {@link #toString}}
   *
   * @param text the text
   */
  public static Optional<LayerSlices> parse(String text) {
    List<Slice> slices = new ArrayList<>();
    try {
      for (String part : text.split("[,/]", -1)) {
        String[] fields = part.split(":", -1);
        Matcher range = RANGE.matcher(fields[0]);
        List<Scale> scales = new ArrayList<>();
        for (int i = 1; i < fields.length; i++) {
          Matcher scale = SCALE.matcher(fields[i]);
          if (!scale.matches()) {
            return Optional.empty();
          }
          scales.add(new Scale(scale.group(1), Double.parseDouble(scale.group(2))));
        }
        if (!range.matches()) {
          return Optional.empty();
        }
        int from = Integer.parseInt(range.group(1));
        slices.add(new Slice(from, Integer.parseInt(range.group(2)), scales));
      }
      return Optional.of(new LayerSlices(slices));
    } catch (NumberFormatException | GrowthException e) {
      return Optional.empty();
    }
  }

  /** {@return the number of layers} */
  public int layers() {
    return slices.stream().mapToInt(s -> s.to() - s.from()).sum();
  }

  /**
   * {@return the depth map of a stack's parameter}
   *
   * @param small the number of layers there are
   * @param tensor the parameter's name in a layer of those there are
   */
  public AxisMap.Selection map(int small, IntFunction<String> tensor) {
    int[] source = new int[layers()];
    double[] scale = new double[source.length];
    int l = 0;
    for (Slice slice : slices) {
      for (int from = slice.from(); from < slice.to(); from++) {
        source[l] = from;
        scale[l++] = slice.scale(tensor.apply(from));
      }
    }
    return new AxisMap.Selection(small, source, scale);
  }

  @Override
  public String toString() {
    return slices.stream().map(Slice::toString).collect(Collectors.joining(","));
  }
}
