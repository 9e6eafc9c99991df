package dev.ligo.core.hyperparameter;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.ligo.api.UnknownNameException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Hyperparameters with their values, in the order of their declaration. Immutable. */
public final class Hyperparameters {
  /** No hyperparameters. */
  public static final Hyperparameters NONE = new Hyperparameters(Map.of());

  private record Value<T>(Hyperparameter<T> hyperparameter, T value) {
    String text() {
      return hyperparameter.domain().text(value);
    }

    JsonPrimitive json() {
      if (value instanceof Boolean flag) {
        return new JsonPrimitive(flag);
      }
      return value instanceof Number n && Double.isFinite(n.doubleValue())
          ? new JsonPrimitive(n)
          : new JsonPrimitive(text());
    }
  }

  private final Map<String, Value<?>> values;

  private Hyperparameters(Map<String, Value<?>> values) {
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /**
   * {@return one hyperparameter with its value, to which {@link #and} adds others}
   *
   * @param <T> the type of the value
   * @param hyperparameter the declaration
   * @param value the value
   * @throws HyperparameterException if the value is not allowed
   */
  public static <T> Hyperparameters of(Hyperparameter<T> hyperparameter, T value) {
    return NONE.and(hyperparameter, value);
  }

  /**
   * {@return these hyperparameters and one more}
   *
   * @param <T> the type of the value
   * @param hyperparameter the declaration
   * @param value the value
   * @throws HyperparameterException if the value is not allowed
   */
  public <T> Hyperparameters and(Hyperparameter<T> hyperparameter, T value) {
    if (values.containsKey(hyperparameter.name())) {
      throw new IllegalArgumentException(
          "hyperparameter '" + hyperparameter.name() + "' is declared twice.");
    }
    return put(hyperparameter, value);
  }

  /**
   * {@return these hyperparameters with another value of one of them}
   *
   * @param <T> the type of the value
   * @param hyperparameter the declaration
   * @param value the value
   * @throws UnknownNameException if it is not among them
   * @throws HyperparameterException if the value is not allowed
   */
  public <T> Hyperparameters with(Hyperparameter<T> hyperparameter, T value) {
    require(hyperparameter.name());
    return put(hyperparameter, value);
  }

  /**
   * {@return these hyperparameters with another value of one of them}
   *
   * @param name the name of the hyperparameter
   * @param text the text of the value
   * @throws UnknownNameException if none has the name, with those there are
   * @throws HyperparameterException if the text is not that of a value that is allowed
   */
  public Hyperparameters parse(String name, String text) {
    return parse(require(name).hyperparameter(), text);
  }

  /**
   * {@return these hyperparameters with other values, whose texts are given by name}
   *
   * @param texts the texts, by the names of hyperparameters
   */
  public Hyperparameters parse(Map<String, String> texts) {
    Hyperparameters parsed = this;
    for (Map.Entry<String, String> e : texts.entrySet()) {
      parsed = parsed.parse(e.getKey(), e.getValue());
    }
    return parsed;
  }

  private <T> Hyperparameters parse(Hyperparameter<T> hyperparameter, String text) {
    return put(hyperparameter, hyperparameter.parse(text));
  }

  private <T> Hyperparameters put(Hyperparameter<T> hyperparameter, T value) {
    Map<String, Value<?>> changed = new LinkedHashMap<>(values);
    changed.put(hyperparameter.name(), new Value<>(hyperparameter, hyperparameter.check(value)));
    return new Hyperparameters(changed);
  }

  private Value<?> require(String name) {
    Value<?> value = values.get(name);
    if (value == null) {
      throw new UnknownNameException("hyperparameter", name, values.keySet());
    }
    return value;
  }

  /**
   * {@return the value of a hyperparameter}
   *
   * @param <T> the type of the value
   * @param hyperparameter the declaration
   * @throws UnknownNameException if it is not among these
   */
  @SuppressWarnings("unchecked") // a value has the type of its declaration, which is compared
  public <T> T get(Hyperparameter<T> hyperparameter) {
    Value<?> value = require(hyperparameter.name());
    if (!value.hyperparameter().equals(hyperparameter)) {
      throw new IllegalArgumentException(
          "'" + hyperparameter.name() + "' is another declaration than that of these values.");
    }
    return (T) value.value();
  }

  /** {@return the declarations, in their order} */
  public List<Hyperparameter<?>> declared() {
    return values.values().stream().<Hyperparameter<?>>map(Value::hyperparameter).toList();
  }

  /** {@return the texts of the values by the names of the hyperparameters, for records} */
  public SortedMap<String, String> texts() {
    SortedMap<String, String> texts = new TreeMap<>();
    values.forEach((name, value) -> texts.put(name, value.text()));
    return texts;
  }

  /** {@return the values by the names of the hyperparameters: numbers, truth values, else texts} */
  public JsonObject json() {
    JsonObject json = new JsonObject();
    values.forEach((name, value) -> json.add(name, value.json()));
    return json;
  }

  /** {@return the names of those whose values are not the defaults} */
  public List<String> changed() {
    return values.values().stream()
        .filter(v -> !v.value().equals(v.hyperparameter().defaultValue()))
        .map(v -> v.hyperparameter().name())
        .toList();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Hyperparameters other && values.equals(other.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** Returns the values in the form "rate=0.1, share=0.5". */
  @Override
  public String toString() {
    return String.join(
        ", ", values.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue().text()).toList());
  }
}
