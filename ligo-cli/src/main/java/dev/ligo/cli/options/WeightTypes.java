package dev.ligo.cli.options;

import dev.ligo.api.LigoException;
import dev.ligo.core.checkpoint.DTypeOverflowException;
import dev.ligo.core.checkpoint.FileDType;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What weights can be stored as, by the names that a {@code config.json} has for it. */
public final class WeightTypes implements ITypeConverter<FileDType>, Iterable<String> {
  /** What the option says in every command, before its default. */
  public static final String DESCRIPTION =
      "What the weights are stored as, each rounded once: ${COMPLETION-CANDIDATES}. Default: ";

  private static final List<FileDType> TYPES =
      List.of(FileDType.F32, FileDType.BF16, FileDType.F16);

  /** What other tools call them. */
  private static final Map<String, FileDType> OTHER_NAMES =
      Map.of(
          "fp32", FileDType.F32,
          "f32", FileDType.F32,
          "float", FileDType.F32,
          "bf16", FileDType.BF16,
          "fp16", FileDType.F16,
          "f16", FileDType.F16,
          "half", FileDType.F16);

  /**
   * Returns a refusal of values that are too large for a type, with what to do about the option:
   * name a type that holds them, or leave it out where only the source's does.
   */
  public static LigoException advised(DTypeOverflowException e) {
    List<String> holding =
        TYPES.stream().filter(e.holding()::contains).map(FileDType::configName).toList();
    return new LigoException(
        e.getMessage().replaceAll("\\.$", "")
            + (holding.isEmpty()
                ? ", as the source is: leave --dtype out."
                : ": --dtype " + String.join(" or ", holding) + " does so."),
        e);
  }

  @Override
  public FileDType convert(String text) {
    return TYPES.stream()
        .filter(t -> t.configName().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "expected one of "
                        + String.join(", ", this)
                        + ", found '"
                        + text
                        + "'"
                        + Optional.ofNullable(OTHER_NAMES.get(text.toLowerCase(Locale.ROOT)))
                            .map(type -> "; did you mean " + type.configName() + "?")
                            .orElse("")));
  }

  @Override
  public Iterator<String> iterator() {
    return TYPES.stream().map(FileDType::configName).iterator();
  }
}
