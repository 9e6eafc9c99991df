package dev.ligo.cli.compare;

import dev.ligo.api.UnknownNameException;
import java.util.Iterator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The names of the presets. */
public final class PresetNames implements Iterable<String>, ITypeConverter<String> {
  @Override
  public Iterator<String> iterator() {
    return Preset.NAMES.iterator();
  }

  @Override
  public String convert(String value) {
    if (!Preset.NAMES.contains(value)) {
      throw new TypeConversionException(
          new UnknownNameException("preset", value, Preset.NAMES).getMessage());
    }
    return value;
  }
}
