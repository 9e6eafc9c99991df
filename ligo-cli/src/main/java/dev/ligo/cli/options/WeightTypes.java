package dev.ligo.cli.options;

import dev.ligo.core.checkpoint.FileDType;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What weights can be stored as, by the names that a {@code config.json} has for it. */
public final class WeightTypes implements ITypeConverter<FileDType>, Iterable<String> {
  /** What the option says in every command, before its default. */
  public static final String DESCRIPTION =
      "What the weights are stored as, each rounded once: ${COMPLETION-CANDIDATES}. Default: ";

  private static final List<FileDType> TYPES =
      List.of(FileDType.F32, FileDType.BF16, FileDType.F16);

  @Override
  public FileDType convert(String text) {
    return TYPES.stream()
        .filter(t -> t.configName().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "expected one of " + String.join(", ", this) + ", found '" + text + "'"));
  }

  @Override
  public Iterator<String> iterator() {
    return TYPES.stream().map(FileDType::configName).iterator();
  }
}
