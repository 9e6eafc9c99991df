package dev.ligo.core.hyperparameter;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * The values that a hyperparameter can have, and their text.
 *
 * @param <T> the type of the values
 */
public sealed interface Domain<T> {
  /** {@return what a value is, in words, as in "a number in [0, 1)"} */
  String description();

  /** {@return the name of the type, as in "real"} */
  String type();

  /**
   * {@return whether a value belongs to the domain}
   *
   * @param value the value
   */
  boolean contains(T value);

  /**
   * {@return the value of a text; nothing if the text is none of a value in the domain}
   *
   * @param text the text, as a user writes it
   */
  Optional<T> parse(String text);

  /**
   * {@return the text of a value, which {@link #parse} reads}
   *
   * @param value the value
   */
  default String text(T value) {
    return value.toString();
  }

  /** {@return the texts of all values if they are few, else nothing} */
  default List<String> choices() {
    return List.of();
  }

  /**
   * Whole numbers.
   *
   * @param range between which ends
   */
  record Whole(Interval range) implements Domain<Integer> {
    @Override
    public String description() {
      return "a whole number " + range;
    }

    @Override
    public String type() {
      return "integer";
    }

    @Override
    public boolean contains(Integer value) {
      return range.contains(value);
    }

    @Override
    public Optional<Integer> parse(String text) {
      try {
        return Optional.of(Integer.valueOf(text)).filter(this::contains);
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }
  }

  /**
   * Real numbers.
   *
   * @param range between which ends
   */
  record Real(Interval range) implements Domain<Double> {
    private static final String INFINITE = "inf";

    @Override
    public String description() {
      return "a number " + range;
    }

    @Override
    public String type() {
      return "real";
    }

    @Override
    public boolean contains(Double value) {
      return range.contains(value);
    }

    @Override
    public Optional<Double> parse(String text) {
      try {
        double value = text.equals(INFINITE) ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
        return Optional.of(value).filter(this::contains);
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }

    @Override
    public String text(Double value) {
      return text(value.doubleValue());
    }

    static String text(double value) {
      return Double.isInfinite(value) ? (value < 0 ? "-" : "") + INFINITE : Double.toString(value);
    }
  }

  /**
   * The constants of an enumeration, in lower case.
   *
   * @param of the enumeration
   */
  record Choice<E extends Enum<E>>(Class<E> of) implements Domain<E> {
    @Override
    public String description() {
      return "one of " + String.join(", ", choices());
    }

    @Override
    public String type() {
      return "choice";
    }

    @Override
    public boolean contains(E value) {
      return true;
    }

    @Override
    public Optional<E> parse(String text) {
      return Arrays.stream(of.getEnumConstants()).filter(e -> text(e).equals(text)).findFirst();
    }

    @Override
    public String text(E value) {
      return value.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public List<String> choices() {
      return Arrays.stream(of.getEnumConstants()).map(this::text).toList();
    }
  }

  /** True or false. */
  record Flag() implements Domain<Boolean> {
    @Override
    public String description() {
      return "true or false";
    }

    @Override
    public String type() {
      return "flag";
    }

    @Override
    public boolean contains(Boolean value) {
      return true;
    }

    @Override
    public Optional<Boolean> parse(String text) {
      return choices().contains(text) ? Optional.of(Boolean.valueOf(text)) : Optional.empty();
    }

    @Override
    public List<String> choices() {
      return List.of("true", "false");
    }
  }

  /**
   * The names of growth methods, which whoever makes use of a value looks up, and a word for none.
   *
   * @param none the word for no method
   */
  record MethodName(String none) implements Domain<Optional<String>> {
    @Override
    public String description() {
      return "the name of a growth method, or " + none;
    }

    @Override
    public String type() {
      return "method";
    }

    @Override
    public boolean contains(Optional<String> value) {
      return value.isEmpty() || !(value.get().isBlank() || value.get().equals(none));
    }

    @Override
    public Optional<Optional<String>> parse(String text) {
      return Optional.of(text.equals(none) ? Optional.<String>empty() : Optional.of(text))
          .filter(this::contains);
    }

    @Override
    public String text(Optional<String> value) {
      return value.orElse(none);
    }
  }

  /**
   * Values of a type of the method's own, with a word for none.
   *
   * @param description what a value is, in words
   * @param type the name of the type, one word
   * @param none the word for no value
   * @param reader reads a text that {@code toString} of a value has; nothing for any other
   */
  record Parsed<T>(
      String description, String type, String none, Function<String, Optional<T>> reader)
      implements Domain<Optional<T>> {
    @Override
    public boolean contains(Optional<T> value) {
      return true;
    }

    @Override
    public Optional<Optional<T>> parse(String text) {
      if (text.equals(none)) {
        return Optional.of(Optional.empty());
      }
      Optional<T> value = reader.apply(text);
      return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    @Override
    public String text(Optional<T> value) {
      return value.map(Object::toString).orElse(none);
    }
  }
}
