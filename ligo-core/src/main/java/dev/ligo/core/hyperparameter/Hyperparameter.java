package dev.ligo.core.hyperparameter;

import java.util.Optional;

/**
 * Declares one hyperparameter of a growth method or a training strategy.
 *
 * @param name the name in snake case, as records have it; commands write it with hyphens
 * @param defaultValue the value where none is given
 * @param domain the values that are allowed
 * @param help what it is, in one line without a full stop
 * @param <T> the type of its values
 */
public record Hyperparameter<T>(String name, T defaultValue, Domain<T> domain, String help) {
  /**
   * Checks the name and the default.
   *
   * @param name the name in snake case, as records have it; commands write it with hyphens
   * @param defaultValue the value where none is given
   * @param domain the values that are allowed
   * @param help what it is, in one line without a full stop
   */
  public Hyperparameter {
    if (!name.matches("[a-z][a-z0-9]*(_[a-z0-9]+)*")) {
      throw new IllegalArgumentException(
          "the name of a hyperparameter should be in snake case, found '" + name + "'.");
    }
    if (!domain.contains(defaultValue)) {
      throw new IllegalArgumentException(
          "the default of '"
              + name
              + "' should be "
              + domain.description()
              + ", found "
              + defaultValue
              + ".");
    }
  }

  /**
   * Declares a whole number.
   *
   * @param name the name
   * @param defaultValue the value where none is given
   * @param range the values that are allowed
   * @param help one line that says what it does
   * @return the declaration
   */
  public static Hyperparameter<Integer> integer(
      String name, int defaultValue, Interval range, String help) {
    return new Hyperparameter<>(name, defaultValue, new Domain.Whole(range), help);
  }

  /**
   * Declares a real number.
   *
   * @param name the name
   * @param defaultValue the value where none is given
   * @param range the values that are allowed
   * @param help one line that says what it does
   * @return the declaration
   */
  public static Hyperparameter<Double> real(
      String name, double defaultValue, Interval range, String help) {
    return new Hyperparameter<>(name, defaultValue, new Domain.Real(range), help);
  }

  /**
   * Declares a choice between the constants of an enumeration.
   *
   * @param <E> the enumeration
   * @param name the name
   * @param defaultValue the value where none is given
   * @param help one line that says what it does
   * @return the declaration
   */
  public static <E extends Enum<E>> Hyperparameter<E> choice(
      String name, E defaultValue, String help) {
    return new Hyperparameter<>(
        name, defaultValue, new Domain.Choice<>(defaultValue.getDeclaringClass()), help);
  }

  /**
   * Declares something that is so or not.
   *
   * @param name the name
   * @param defaultValue the value where none is given
   * @param help one line that says what it does
   * @return the declaration
   */
  public static Hyperparameter<Boolean> flag(String name, boolean defaultValue, String help) {
    return new Hyperparameter<>(name, defaultValue, new Domain.Flag(), help);
  }

  /**
   * Declares the name of another growth method, by default none.
   *
   * @param name the name
   * @param none the word for no method
   * @param help one line that says what it does
   * @return the declaration
   */
  public static Hyperparameter<Optional<String>> method(String name, String none, String help) {
    return new Hyperparameter<>(name, Optional.empty(), new Domain.MethodName(none), help);
  }

  /**
   * Declares a value of a type of the method's own, by default none.
   *
   * @param <T> the type
   * @param name the name
   * @param domain how texts are read
   * @param help one line that says what it does
   * @return the declaration
   */
  public static <T> Hyperparameter<Optional<T>> parsed(
      String name, Domain.Parsed<T> domain, String help) {
    return new Hyperparameter<>(name, Optional.empty(), domain, help);
  }

  /**
   * {@return a value if it is allowed}
   *
   * @param value the value
   * @throws HyperparameterException if it is not
   */
  public T check(T value) {
    if (!domain.contains(value)) {
      throw new HyperparameterException(this, domain.text(value));
    }
    return value;
  }

  /**
   * {@return the value of a text}
   *
   * @param text the text, as a user writes it
   * @throws HyperparameterException if it is not the text of a value that is allowed
   */
  public T parse(String text) {
    return domain.parse(text).orElseThrow(() -> new HyperparameterException(this, text));
  }

  /** {@return the text of the default} */
  public String defaultText() {
    return domain.text(defaultValue);
  }
}
