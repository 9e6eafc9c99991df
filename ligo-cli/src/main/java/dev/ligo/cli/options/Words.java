package dev.ligo.cli.options;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * An option whose value is one of a few words: an enumeration's names in lower case, with hyphens.
 *
 * @param <E> the enumeration
 */
public abstract class Words<E extends Enum<E>> implements ITypeConverter<E>, Iterable<String> {
  private final Class<E> type;

  public Words(Class<E> type) {
    this.type = type;
  }

  /** Returns the word for a constant. */
  public static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private List<String> words() {
    return Arrays.stream(type.getEnumConstants()).map(Words::word).toList();
  }

  @Override
  public E convert(String text) {
    int index = words().indexOf(text);
    if (index < 0) {
      throw new TypeConversionException(
          "expected one of " + String.join(", ", words()) + ", found '" + text + "'");
    }
    return type.getEnumConstants()[index];
  }

  @Override
  public Iterator<String> iterator() {
    return words().iterator();
  }
}
