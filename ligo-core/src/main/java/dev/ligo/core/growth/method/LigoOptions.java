package dev.ligo.core.growth.method;

import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthMethod;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The forms in which LiGO exists (Wang et al., ICLR 2023, and the authors' code).
 *
 * @param form dense width factors (the paper), or the identity over learned rows (the code)
 * @param sharing which layers have width factors of their own for queries, keys, values and
 *     feed-forward units
 * @param depth how the depth factors begin
 * @param depthNoise the largest uniform noise added to them, after which each row is divided by its
 *     sum
 * @param width how the rows of the width factors below the identity begin
 * @param widthNoise the standard deviation of normal noise added to every learned entry of a width
 *     factor: without it copies of a unit have equal gradients, and stay copies
 * @param start another method whose operator the factors begin as, instead of {@code depth} and
 *     {@code width}
 * @param learned whether the factors are learned; if not, they stay as they begin
 */
public record LigoOptions(
    AxisMap.Form form,
    AxisMap.Sharing sharing,
    DepthStart depth,
    double depthNoise,
    WidthStart width,
    double widthNoise,
    Optional<GrowthMethod> start,
    boolean learned) {
  /** How depth factors begin. */
  public enum DepthStart {
    /** Layer l from layer l mod L₁. */
    STACK,
    /** Layer l from layer ⌊l·L₁/L₂⌋. */
    INTERPOLATE,
    /** Uniform random rows, each divided by its sum. */
    RANDOM
  }

  /** How the rows of width factors below the identity begin. */
  public enum WidthStart {
    /** Uniform random rows, each divided by its sum: the released recipe. */
    RANDOM,
    /** The softmax of normal random rows. */
    SOFTMAX,
    /** Each row selects a unit at random. */
    SELECTION
  }

  /** Checks the noises. */
  public LigoOptions {
    if (!(depthNoise >= 0 && depthNoise < 1) || !(widthNoise >= 0 && widthNoise < 1)) {
      throw new GrowthException(
          "the noise of factors lies in [0, 1), found "
              + depthNoise
              + " in depth and "
              + widthNoise
              + " in width.");
    }
  }

  /** Returns the options that were found best. */
  public static LigoOptions defaults() {
    return new LigoOptions(
        AxisMap.Form.DENSE,
        AxisMap.Sharing.SHARED,
        DepthStart.STACK,
        0,
        WidthStart.RANDOM,
        0.003,
        Optional.empty(),
        true);
  }

  /** Returns the options in words, by their names, for records; those of the start included. */
  SortedMap<String, String> words() {
    SortedMap<String, String> m = new TreeMap<>();
    m.put("form", word(form));
    m.put("sharing", word(sharing));
    m.put("width_noise", Double.toString(widthNoise));
    m.put("learned", Boolean.toString(learned));
    m.put("start", start.map(GrowthMethod::name).orElse("own"));
    if (start.isPresent()) {
      start.get().options().forEach((n, v) -> m.put("start_" + n, v));
    } else {
      m.put("depth_start", word(depth));
      m.put("depth_noise", Double.toString(depthNoise));
      m.put("width_start", word(width));
    }
    return m;
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** Returns these options with another form. */
  public LigoOptions withForm(AxisMap.Form form) {
    return new LigoOptions(form, sharing, depth, depthNoise, width, widthNoise, start, learned);
  }

  /** Returns these options with another sharing. */
  public LigoOptions withSharing(AxisMap.Sharing sharing) {
    return new LigoOptions(form, sharing, depth, depthNoise, width, widthNoise, start, learned);
  }

  /** Returns these options with factors that begin by rules of their own. */
  public LigoOptions withStart(DepthStart depth, double depthNoise, WidthStart width) {
    return new LigoOptions(
        form, sharing, depth, depthNoise, width, widthNoise, Optional.empty(), learned);
  }

  /** Returns these options with factors that begin as another method's operator. */
  public LigoOptions withStart(GrowthMethod method) {
    return new LigoOptions(
        form, sharing, depth, depthNoise, width, widthNoise, Optional.of(method), learned);
  }

  /** Returns these options with another noise of the width factors. */
  public LigoOptions withWidthNoise(double deviation) {
    return new LigoOptions(form, sharing, depth, depthNoise, width, deviation, start, learned);
  }

  /** Returns these options without learning: the large model is what the factors begin as. */
  public LigoOptions unlearned() {
    return new LigoOptions(form, sharing, depth, depthNoise, width, widthNoise, start, false);
  }
}
