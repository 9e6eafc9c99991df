package dev.ligo.core.growth.method;

import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.GrowthException;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.hyperparameter.Hyperparameter;
import dev.ligo.core.hyperparameter.Hyperparameters;
import dev.ligo.core.hyperparameter.Interval;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The forms in which LiGO exists (Wang et al., ICLR 2023, and the authors' code).
 *
 * @param form dense width factors (the paper), or the identity over learned rows (the code)
 * @param sharing which layers have width factors of their own for queries, keys, values and
 *     feed-forward units
 * @param head whether what a head's transform writes has a width factor of its own
 * @param depth how the depth factors begin
 * @param depthNoise the largest uniform noise added to them, after which each row is divided by its
 *     sum
 * @param width how the rows of the width factors below the identity begin
 * @param widthNoise the standard deviation of normal noise added to every learned entry of a width
 *     factor: without it copies of a unit have equal gradients, and stay copies
 * @param start another method whose operator the factors begin as, instead of {@code depth} and
 *     {@code width}
 * @param learned whether the factors are learned; if not, they stay as they begin
 * @param rank the rank of what learning adds to a width factor, or 0 for a factor that is learned
 *     as it is
 * @param scaleRate by how many times the factors' rate the scales of fresh values and of copies are
 *     learned; 0 if they stay
 * @param onlyScales whether the start's maps stay as they are, so that only scales are learned
 * @param lookAhead the steps that the large model is trained for before the loss is taken that the
 *     operator is learned on
 */
public record LigoOptions(
    AxisMap.Form form,
    AxisMap.Sharing sharing,
    Head head,
    DepthStart depth,
    double depthNoise,
    WidthStart width,
    double widthNoise,
    Optional<GrowthMethod> start,
    boolean learned,
    int rank,
    double scaleRate,
    boolean onlyScales,
    int lookAhead) {
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

  /** Which factor grows what the transform of a language model's head writes. */
  public enum Head {
    /** That of the embeddings, which a tied head reads: the paper. */
    SHARED,
    /** One of its own: the released code. A tied table keeps that of the embeddings. */
    OWN
  }

  private static final Hyperparameter<AxisMap.Form> FORM =
      Hyperparameter.choice(
          "form",
          AxisMap.Form.DENSE,
          "what of a width factor is learned: all of it, or the rows below an identity");
  private static final Hyperparameter<AxisMap.Sharing> SHARING =
      Hyperparameter.choice(
          "sharing",
          AxisMap.Sharing.SHARED,
          "which layers have factors of their own for queries, keys, values and feed-forward"
              + " units: none, each large or each small one");
  private static final Hyperparameter<Head> HEAD =
      Hyperparameter.choice(
          "head",
          Head.SHARED,
          "which width factor grows what the transform of a language model's head writes: that of"
              + " the embeddings, or one of its own");
  private static final Hyperparameter<Optional<String>> START =
      Hyperparameter.method("start", "own", "the method whose operator the factors begin as");
  private static final Hyperparameter<DepthStart> DEPTH_START =
      Hyperparameter.choice("depth_start", DepthStart.STACK, "how depth factors begin by rule");
  private static final Hyperparameter<Double> DEPTH_NOISE =
      Hyperparameter.real(
          "depth_noise",
          0,
          Interval.closedOpen(0, 1),
          "the largest uniform noise added to depth factors by rule");
  private static final Hyperparameter<WidthStart> WIDTH_START =
      Hyperparameter.choice("width_start", WidthStart.RANDOM, "how width factors begin by rule");
  private static final Hyperparameter<Double> WIDTH_NOISE =
      Hyperparameter.real(
          "width_noise",
          0.003,
          Interval.closedOpen(0, 1),
          "the deviation of normal noise added to width factors, which parts the copies of a unit");
  private static final Hyperparameter<Boolean> LEARNED =
      Hyperparameter.flag(
          "learned", true, "whether the factors are learned, or stay as they begin");
  private static final Hyperparameter<Integer> RANK =
      Hyperparameter.integer(
          "rank",
          0,
          Interval.atLeast(0),
          "the rank of what learning adds to a width factor; with 0 all of the factor is learned");
  private static final Hyperparameter<Double> SCALE_RATE =
      Hyperparameter.real(
          "scale_rate",
          0,
          Interval.atLeast(0),
          "the rate, in times the factors', at which the scales of fresh values and of copies are"
              + " learned; with 0 they stay");
  private static final Hyperparameter<Boolean> ONLY_SCALES =
      Hyperparameter.flag(
          "only_scales",
          false,
          "whether the start's maps stay as they are, so that only scales are learned");
  private static final Hyperparameter<Integer> LOOK_AHEAD =
      Hyperparameter.integer(
          "look_ahead",
          0,
          Interval.closed(0, 1000),
          "the steps that the large model is trained for before the loss is taken that the operator"
              + " is learned on");

  /** How factors begin by rule, which a start from another method takes the place of. */
  private static final List<String> RULES =
      List.of(DEPTH_START.name(), DEPTH_NOISE.name(), WIDTH_START.name());

  /** Of these older records know the default alone, and do not name it. */
  private static final List<String> LATER =
      List.of(HEAD.name(), RANK.name(), SCALE_RATE.name(), ONLY_SCALES.name(), LOOK_AHEAD.name());

  /**
   * Checks the numbers.
   *
   * @param form dense width factors (the paper), or the identity over learned rows (the code)
   * @param sharing which layers have width factors of their own for queries, keys, values and
   *     feed-forward units
   * @param head which factor grows what a head's transform writes
   * @param depth how the depth factors begin
   * @param depthNoise the largest uniform noise added to them, after which each row is divided by
   *     its sum
   * @param width how the rows of the width factors below the identity begin
   * @param widthNoise the standard deviation of normal noise added to every learned entry of a
   *     width factor: without it copies of a unit have equal gradients, and stay copies
   * @param start another method whose operator the factors begin as, instead of {@code depth} and
   *     {@code width}
   * @param learned whether the factors are learned; if not, they stay as they begin
   * @param rank the rank of what learning adds to a width factor, or 0 for a factor that is learned
   *     as it is
   * @param scaleRate by how many times the factors' rate the scales of fresh values and of copies
   *     are learned; 0 if they stay
   * @param onlyScales whether the start's maps stay as they are, so that only scales are learned
   * @param lookAhead the steps that the large model is trained for before the loss is taken that
   *     the operator is learned on
   */
  public LigoOptions {
    DEPTH_NOISE.check(depthNoise);
    WIDTH_NOISE.check(widthNoise);
    RANK.check(rank);
    SCALE_RATE.check(scaleRate);
    LOOK_AHEAD.check(lookAhead);
  }

  /** {@return the options that were found best} */
  public static LigoOptions defaults() {
    return new LigoOptions(
        FORM.defaultValue(),
        SHARING.defaultValue(),
        HEAD.defaultValue(),
        DEPTH_START.defaultValue(),
        DEPTH_NOISE.defaultValue(),
        WIDTH_START.defaultValue(),
        WIDTH_NOISE.defaultValue(),
        Optional.empty(),
        LEARNED.defaultValue(),
        RANK.defaultValue(),
        SCALE_RATE.defaultValue(),
        ONLY_SCALES.defaultValue(),
        LOOK_AHEAD.defaultValue());
  }

  /**
   * Returns the options of some values.
   *
   * @param methods looks up the method to start from
   * @throws GrowthException if they contradict each other
   */
  static LigoOptions of(Hyperparameters values, Function<String, GrowthMethod> methods) {
    List<String> rules = values.changed().stream().filter(RULES::contains).toList();
    if (values.get(START).isPresent() && !rules.isEmpty()) {
      throw new GrowthException(
          "a start takes LiGO's factors from method '"
              + values.get(START).get()
              + "', and "
              + String.join(", ", rules)
              + " are rules of LiGO's own; give one or the other.");
    }
    return new LigoOptions(
        values.get(FORM),
        values.get(SHARING),
        values.get(HEAD),
        values.get(DEPTH_START),
        values.get(DEPTH_NOISE),
        values.get(WIDTH_START),
        values.get(WIDTH_NOISE),
        values.get(START).map(methods),
        values.get(LEARNED),
        values.get(RANK),
        values.get(SCALE_RATE),
        values.get(ONLY_SCALES),
        values.get(LOOK_AHEAD));
  }

  /** Returns the options as hyperparameters. */
  Hyperparameters values() {
    return Hyperparameters.of(FORM, form)
        .and(SHARING, sharing)
        .and(HEAD, head)
        .and(START, start.map(GrowthMethod::name))
        .and(DEPTH_START, depth)
        .and(DEPTH_NOISE, depthNoise)
        .and(WIDTH_START, width)
        .and(WIDTH_NOISE, widthNoise)
        .and(LEARNED, learned)
        .and(RANK, rank)
        .and(SCALE_RATE, scaleRate)
        .and(ONLY_SCALES, onlyScales)
        .and(LOOK_AHEAD, lookAhead);
  }

  /** Returns the options that matter, for records; those of the start included. */
  SortedMap<String, String> texts() {
    TreeMap<String, String> texts = new TreeMap<>(values().texts());
    List<String> changed = values().changed();
    texts.keySet().removeIf(name -> LATER.contains(name) && !changed.contains(name));
    start.ifPresent(
        method -> {
          RULES.forEach(texts::remove);
          method.options().forEach((n, v) -> texts.put(START.name() + "_" + n, v));
        });
    return texts;
  }

  private <T> LigoOptions with(Hyperparameter<T> hyperparameter, T value) {
    return of(values().with(hyperparameter, value), name -> start.orElseThrow());
  }

  /**
   * {@return these options with another form}
   *
   * @param form what is learned of a factor
   */
  public LigoOptions withForm(AxisMap.Form form) {
    return with(FORM, form);
  }

  /**
   * {@return these options with another sharing}
   *
   * @param sharing which layers share a factor
   */
  public LigoOptions withSharing(AxisMap.Sharing sharing) {
    return with(SHARING, sharing);
  }

  /**
   * {@return these options with another factor of heads}
   *
   * @param head which factor grows what a head's transform writes
   */
  public LigoOptions withHead(Head head) {
    return with(HEAD, head);
  }

  /**
   * {@return these options with factors that begin by rules of their own}
   *
   * @param depth how depth factors begin
   * @param depthNoise the standard deviation of their noise
   * @param width how width factors begin
   */
  public LigoOptions withStart(DepthStart depth, double depthNoise, WidthStart width) {
    return with(START, Optional.empty())
        .with(DEPTH_START, depth)
        .with(DEPTH_NOISE, depthNoise)
        .with(WIDTH_START, width);
  }

  /**
   * {@return these options with factors that begin as another method's operator}
   *
   * @param method the method
   * @throws GrowthException if they begin by rules that are not the default
   */
  public LigoOptions withStart(GrowthMethod method) {
    return of(values().with(START, Optional.of(method.name())), name -> method);
  }

  /**
   * {@return these options with another noise of the width factors}
   *
   * @param deviation the standard deviation of the noise
   */
  public LigoOptions withWidthNoise(double deviation) {
    return with(WIDTH_NOISE, deviation);
  }

  /**
   * {@return these options with width factors that learning moves by a matrix of low rank}
   *
   * @param most the rank, or 0 for factors that are learned as they are
   */
  public LigoOptions withRank(int most) {
    return with(RANK, most);
  }

  /**
   * {@return these options with scales that are learned}
   *
   * @param rate by how many times the factors' rate, or 0 for scales that stay
   */
  public LigoOptions withScaleRate(double rate) {
    return with(SCALE_RATE, rate);
  }

  /** {@return these options without factors: only scales of the start are learned} */
  public LigoOptions withOnlyScales() {
    return with(ONLY_SCALES, true);
  }

  /**
   * {@return these options with a loss that is taken after some steps of training}
   *
   * @param steps the number of steps, or 0 for the loss right after growing
   */
  public LigoOptions withLookAhead(int steps) {
    return with(LOOK_AHEAD, steps);
  }

  /** {@return these options without learning: the large model is what the factors begin as} */
  public LigoOptions unlearned() {
    return with(LEARNED, false);
  }
}
