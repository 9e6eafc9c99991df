package dev.ligo.cli.options;

import dev.ligo.api.Device;
import dev.ligo.api.LigoException;
import dev.ligo.core.model.Axis;
import dev.ligo.core.model.Dimensions;
import dev.ligo.core.train.Schedule;
import dev.ligo.core.train.TrainingOptions;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.function.DoublePredicate;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts the values of options, with errors that say what was expected. */
public final class Values {
  private Values() {}

  /** A whole number of at least 1. */
  public static final class Count implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return (int) whole(text, 1, Integer.MAX_VALUE);
    }
  }

  /** A whole number of at least 0. */
  public static final class CountOrNone implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return (int) whole(text, 0, Integer.MAX_VALUE);
    }
  }

  /** A number of layers. */
  public static final class Layers implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return (int) whole(text, 1, Dimensions.MOST_LAYERS);
    }
  }

  /** A width, or a number of heads. */
  public static final class Units implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return (int) whole(text, 1, Dimensions.MOST_UNITS);
    }
  }

  /** A number of tokens. */
  public static final class Tokens implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return (int) whole(text, 1, Axis.Vocabulary.MOST);
    }
  }

  /** The number of batches in a step. */
  public static final class MicroBatches implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return (int) whole(text, 1, TrainingOptions.MOST_MICRO_BATCHES);
    }
  }

  /** A whole number of at least 1, up to the most steps of a run. */
  public static final class Steps implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return whole(text, 1, Schedule.MOST_STEPS);
    }
  }

  /** A whole number of at least 0, up to the most steps of a run. */
  public static final class StepsOrNone implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return whole(text, 0, Schedule.MOST_STEPS);
    }
  }

  /** A number of epochs: above 0, and at most as many as a run has steps. */
  public static final class Epochs implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
      return number(
          text,
          v -> v > 0 && v <= Schedule.MOST_STEPS,
          "a number above 0 and at most " + Schedule.MOST_STEPS);
    }
  }

  /** A number above 0. */
  public static final class Positive implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
      return number(text, v -> v > 0, "a number above 0");
    }
  }

  /** A number of at least 0. */
  public static final class NotNegative implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
      return number(text, v -> v >= 0, "a number of at least 0");
    }
  }

  /** A share above 0 and at most 1, as a number or in percent. */
  public static final class Share implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
      boolean percent = text.endsWith("%");
      double whole = percent ? 100 : 1;
      return number(
              text,
              percent ? text.substring(0, text.length() - 1) : text,
              v -> v > 0 && v <= whole,
              "a share above 0 and at most 100%, such as 2% or 0.02")
          / whole;
    }
  }

  /** A directory, which has a name. */
  public static final class Directory implements ITypeConverter<Path> {
    @Override
    public Path convert(String text) {
      if (text.isBlank()) {
        throw wrong("the name of a directory", text);
      }
      return Path.of(text);
    }
  }

  /** A device. */
  public static final class DeviceName implements ITypeConverter<Device> {
    @Override
    public Device convert(String text) {
      try {
        return Device.parse(text);
      } catch (LigoException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  private static long whole(String text, long least, long most) {
    try {
      BigInteger value = new BigInteger(text);
      if (value.compareTo(BigInteger.valueOf(most)) > 0) {
        throw wrong("a whole number of at most " + most, text);
      }
      if (value.compareTo(BigInteger.valueOf(least)) >= 0) {
        return value.longValueExact();
      }
    } catch (NumberFormatException e) {
      // Refused below, as what is too small.
    }
    throw wrong("a whole number of at least " + least, text);
  }

  private static double number(String text, DoublePredicate fits, String expected) {
    return number(text, text, fits, expected);
  }

  private static double number(String text, String digits, DoublePredicate fits, String expected) {
    try {
      double value = Double.parseDouble(digits);
      if (Double.isFinite(value) && fits.test(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Refused below, as what does not fit.
    }
    throw wrong(expected, text);
  }

  private static TypeConversionException wrong(String expected, String found) {
    return new TypeConversionException("expected " + expected + ", found '" + found + "'");
  }
}
