package dev.ligo.core.hyperparameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.UnknownNameException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HyperparametersTest {
  private enum Shape {
    ROUND,
    VERY_FLAT
  }

  private static final Hyperparameter<Double> RATE =
      Hyperparameter.real("rate", 0.1, Interval.closedOpen(0, 1), "the rate");
  private static final Hyperparameter<Integer> LAYERS =
      Hyperparameter.integer("layers", 2, Interval.atLeast(1), "the layers");
  private static final Hyperparameter<Shape> SHAPE =
      Hyperparameter.choice("shape", Shape.ROUND, "the shape");
  private static final Hyperparameter<Boolean> WARM =
      Hyperparameter.flag("warm", true, "whether it is warm");
  private static final Hyperparameter<Optional<String>> START =
      Hyperparameter.method("start", "own", "where it begins");
  private static final Hyperparameters ALL =
      Hyperparameters.of(RATE, RATE.defaultValue())
          .and(LAYERS, LAYERS.defaultValue())
          .and(SHAPE, SHAPE.defaultValue())
          .and(WARM, WARM.defaultValue())
          .and(START, START.defaultValue());

  @Test
  void areReadFromText() {
    Hyperparameters read =
        ALL.parse(Map.of("rate", "0.5", "layers", "3", "shape", "very_flat", "warm", "false"))
            .parse("start", "fpi");
    assertThat(read.get(RATE)).isEqualTo(0.5);
    assertThat(read.get(LAYERS)).isEqualTo(3);
    assertThat(read.get(SHAPE)).isEqualTo(Shape.VERY_FLAT);
    assertThat(read.get(WARM)).isFalse();
    assertThat(read.get(START)).contains("fpi");
    assertThat(read.parse("start", "own").get(START)).isEmpty();
    assertThat(read.changed()).containsExactly("rate", "layers", "shape", "warm", "start");
    assertThat(ALL.changed()).isEmpty();
    assertThat(ALL.parse(read.texts())).isEqualTo(read).isNotEqualTo(ALL);
    assertThat(ALL).hasToString("rate=0.1, layers=2, shape=round, warm=true, start=own");
    assertThat(ALL.declared()).containsExactly(RATE, LAYERS, SHAPE, WARM, START);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rate   | 1        | a number in [0, 1), found '1'",
        "rate   | -0.1     | a number in [0, 1), found '-0.1'",
        "rate   | NaN      | a number in [0, 1), found 'NaN'",
        "rate   | inf      | a number in [0, 1), found 'inf'",
        "rate   | much     | a number in [0, 1), found 'much'",
        "layers | 0        | a whole number of at least 1, found '0'",
        "layers | 1.5      | a whole number of at least 1, found '1.5'",
        "layers | 1e10     | a whole number of at least 1, found '1e10'",
        "shape  | flat     | one of round, very_flat, found 'flat'",
        "warm   | yes      | true or false, found 'yes'",
        "start  | ''       | the name of a growth method, or own, found ''",
      })
  void refuseWhatTheDomainDoesNotHold(String name, String text, String expected) {
    assertThatThrownBy(() -> ALL.parse(name, text))
        .isInstanceOf(HyperparameterException.class)
        .hasMessageContaining("hyperparameter '" + name + "' should be " + expected);
  }

  @Test
  void refuseValuesInCodeAlike() {
    assertThatThrownBy(() -> Hyperparameters.of(RATE, 1.0))
        .isInstanceOf(HyperparameterException.class)
        .hasMessage(
            "hyperparameter 'rate' should be a number in [0, 1), found '1.0'. It is the rate.");
    assertThatThrownBy(() -> ALL.with(LAYERS, 0)).isInstanceOf(HyperparameterException.class);
    assertThatThrownBy(() -> Hyperparameter.integer("n", 0, Interval.above(0), "n"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Hyperparameter.flag("Not-Snake", true, "n"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ALL.and(RATE, 0.2)).hasMessageContaining("twice");
  }

  @Test
  void tellTheNamesThereAre() {
    assertThatThrownBy(() -> ALL.parse("rat", "1"))
        .isInstanceOf(UnknownNameException.class)
        .hasMessageContaining("did you mean 'rate'? There are rate, layers, shape, warm, start.");
    assertThatThrownBy(() -> Hyperparameters.of(RATE, 0.1).get(LAYERS))
        .isInstanceOf(UnknownNameException.class);
  }

  @Test
  void infinityIsANumberWhereTheIntervalSaysSo() {
    Hyperparameter<Double> snr =
        Hyperparameter.real(
            "snr",
            10,
            Interval.openClosed(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY),
            "decibels");
    assertThat(snr.parse("inf")).isInfinite();
    assertThat(snr.domain().text(snr.parse("inf"))).isEqualTo("inf");
    assertThat(snr.domain().description()).isEqualTo("a number or inf");
    assertThatThrownBy(() -> snr.parse("-Infinity")).isInstanceOf(HyperparameterException.class);
    assertThat(Interval.above(0).contains(Double.POSITIVE_INFINITY)).isFalse();
    assertThat(Interval.above(0)).hasToString("above 0");
    assertThat(Interval.open(0, 0.5)).hasToString("in (0, 0.5)");
  }
}
