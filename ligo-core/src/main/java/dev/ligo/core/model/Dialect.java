package dev.ligo.core.model;

import dev.ligo.api.Shape;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of the layouts in which a family's checkpoints stand: where in the file a parameter is. Known
 * to the reader and the writer alone; a grown checkpoint goes out as its source came in.
 *
 * @param name what the dialect is called in messages
 * @param places gives a parameter's place by its name
 * @param headless whether checkpoints with a head stand in the canonical dialect instead
 */
public record Dialect(String name, Function<String, Place> places, boolean headless) {
  /** The names of the layout themselves. */
  public static final Dialect CANONICAL = new Dialect("canonical", Place::whole, false);

  /**
   * Where a parameter stands in a file: a tensor, or one of the equal parts that lie side by side
   * along the first axis of a tensor, such as the query in a fused query, key and value.
   *
   * @param tensor the tensor's name
   * @param part the number of the part, from 0
   * @param parts the number of parts, 1 for a whole tensor
   */
  public record Place(String tensor, int part, int parts) {
    /**
     * {@return the place that a whole tensor is}
     *
     * @param tensor the tensor's name
     */
    public static Place whole(String tensor) {
      return new Place(tensor, 0, 1);
    }

    /**
     * {@return the shape of the tensor, by that of the parameter}
     *
     * @param parameter the parameter's shape
     */
    public Shape tensorShape(Shape parameter) {
      return parts == 1 ? parameter : parameter.withDim(0, parameter.dim(0) * parts);
    }
  }

  /**
   * {@return a dialect, for encoders without a head, that leaves out a prefix of names}
   *
   * @param name the dialect's name
   * @param prefix what canonical names start with
   */
  public static Dialect withoutPrefix(String name, String prefix) {
    return new Dialect(
        name, n -> Place.whole(n.startsWith(prefix) ? n.substring(prefix.length()) : n), true);
  }

  /**
   * {@return a dialect that spells as another and then replaces by a regular expression}
   *
   * @param suffix what is added to the dialect's name
   * @param regex what to find in canonical names
   * @param replacement what stands in its place
   */
  public Dialect replacing(String suffix, String regex, String replacement) {
    Pattern pattern = Pattern.compile(regex);
    return new Dialect(
        name + suffix,
        n -> {
          Place p = place(n);
          String tensor = pattern.matcher(p.tensor()).replaceAll(replacement);
          return new Place(tensor, p.part(), p.parts());
        },
        headless);
  }

  /**
   * {@return a dialect that spells as another and puts parameters side by side into one tensor}
   *
   * @param suffix what is added to the dialect's name
   * @param regex what is found in the names of the parts, with a group named {@code part}
   * @param replacement what stands there in the name of the tensor
   * @param order the values of the group, in the order in which the parts lie
   */
  public Dialect fusing(String suffix, String regex, String replacement, List<String> order) {
    Pattern pattern = Pattern.compile(regex);
    return new Dialect(
        name + suffix,
        n -> {
          Place p = place(n);
          Matcher m = pattern.matcher(p.tensor());
          return m.find()
              ? new Place(m.replaceFirst(replacement), order.indexOf(m.group("part")), order.size())
              : p;
        },
        headless);
  }

  /**
   * {@return where a parameter stands}
   *
   * @param parameter the parameter's canonical name
   */
  public Place place(String parameter) {
    return places.apply(parameter);
  }
}
