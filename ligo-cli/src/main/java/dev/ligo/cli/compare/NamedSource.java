package dev.ligo.cli.compare;

import dev.ligo.cli.options.CheckpointPath;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The two parts of a source of its own, METHOD=DIR: both are there. */
final class NamedSource {
  private NamedSource() {}

  private static String named(String text) {
    if (text.isBlank()) {
      throw new TypeConversionException(
          "expected METHOD=DIR, found nothing on one side of the '='");
    }
    return text;
  }

  /** The method, or the label of a candidate. */
  static final class Label implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      return named(text);
    }
  }

  /** Its checkpoint. */
  static final class Directory implements ITypeConverter<Path> {
    @Override
    public Path convert(String text) {
      return new CheckpointPath().convert(named(text));
    }
  }
}
