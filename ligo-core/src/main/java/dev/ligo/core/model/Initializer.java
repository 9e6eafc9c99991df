package dev.ligo.core.model;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.data.SeededRandom;

/**
 * The distribution that the initial values of a parameter are drawn from.
 *
 * @param mean the value where the deviation is 0
 * @param deviation the standard deviation of a normal distribution around it
 */
public record Initializer(double mean, double deviation) {
  /** All zeros. */
  public static final Initializer ZEROS = new Initializer(0, 0);

  /** All ones. */
  public static final Initializer ONES = new Initializer(1, 0);

  /**
   * {@return normal values around 0}
   *
   * @param deviation the standard deviation
   */
  public static Initializer normal(double deviation) {
    return new Initializer(0, deviation);
  }

  /** Draws a parameter's values, a stretch after the other. */
  public final class Draws {
    private final SeededRandom random;

    private Draws(SeededRandom random) {
      this.random = random;
    }

    /**
     * {@return the values that follow those that were drawn before}
     *
     * @param dtype the element type
     * @param shape the extents
     */
    public HostArray next(DType dtype, Shape shape) {
      HostArray a = HostArray.zeros(dtype, shape);
      for (int i = 0; i < a.size(); i++) {
        a.set(i, deviation == 0 ? mean : mean + deviation * random.nextGaussian());
      }
      return a;
    }
  }

  /**
   * {@return what draws the initial values of a parameter} Each parameter has a generator of its
   * own, seeded by the run's seed and its name, so that values do not depend on which others are
   * drawn.
   *
   * @param name the parameter's name, which the values depend on, too
   * @param seed what random numbers are drawn from
   */
  public Draws draws(String name, long seed) {
    return new Draws(new SeededRandom(seed, name));
  }

  /**
   * {@return an array of initial values: the first that {@link #draws} gives}
   *
   * @param dtype the element type
   * @param shape the extents
   * @param name the parameter's name, which the values depend on, too
   * @param seed what random numbers are drawn from
   */
  public HostArray array(DType dtype, Shape shape, String name, long seed) {
    return draws(name, seed).next(dtype, shape);
  }
}
