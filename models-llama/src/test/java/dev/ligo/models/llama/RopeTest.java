package dev.ligo.models.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonParser;
import dev.ligo.core.model.ConfigException;
import dev.ligo.core.model.ConfigReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rotary positions as configs say them. */
class RopeTest {
  private static Rope read(String config) {
    return DecoderArchitecture.rope(
        new ConfigReader(JsonParser.parseString(config.replace('\'', '"')).getAsJsonObject()), 64);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'rope_theta': 500} | {'rope_parameters': {'rope_type': 'default', 'rope_theta': 500}}",
        "{'rope_theta': 500, 'rope_scaling': null} | {'rope_parameters': {'rope_theta': 500}}",
        "{'rope_scaling': {'type': 'linear', 'factor': 2}}"
            + " | {'rope_parameters': {'rope_type': 'linear', 'factor': 2, 'rope_theta': 10000}}",
        "{'rope_scaling': {}, 'rope_parameters': {'rope_type': 'linear', 'factor': 2}}"
            + " | {'rope_parameters': {'rope_type': 'linear', 'factor': 2}}",
        "{'original_max_position_embeddings': 16, 'rope_scaling': {'rope_type': 'llama3',"
            + " 'factor': 8, 'low_freq_factor': 1, 'high_freq_factor': 4,"
            + " 'original_max_position_embeddings': 64}}"
            + " | {'rope_parameters': {'rope_type': 'llama3', 'factor': 8,"
            + " 'low_freq_factor': 1, 'high_freq_factor': 4,"
            + " 'original_max_position_embeddings': 16}}",
        "{'rope_theta': 9, 'rope_scaling': {'rope_type': 'llama3', 'factor': 8,"
            + " 'low_freq_factor': 1, 'high_freq_factor': 4}}"
            + " | {'rope_parameters': {'rope_type': 'llama3', 'factor': 8, 'rope_theta': 9,"
            + " 'low_freq_factor': 1, 'high_freq_factor': 4,"
            + " 'original_max_position_embeddings': 64}}"
      })
  void bothSpellingsSayTheSame(String older, String newer) {
    assertThat(read(older)).isEqualTo(read(newer));
  }

  @Test
  void frequenciesFallFromPairToPair() {
    assertThat(read("{'rope_theta': 16}").frequencies(8)).containsExactly(1, 0.5, 0.25, 0.125);
    assertThat(
            read("{'rope_theta': 16, 'rope_scaling': {'type': 'linear', 'factor': 2}}")
                .frequencies(4))
        .containsExactly(0.5, 0.125);
  }

  /** Below one turn within the original length divided, above four kept, between both. */
  @Test
  void lowFrequenciesAreDividedAndHighOnesKept() {
    Rope rope =
        read(
            "{'rope_theta': 256, 'rope_scaling': {'rope_type': 'llama3', 'factor': 8,"
                + " 'low_freq_factor': 1, 'high_freq_factor': 4,"
                + " 'original_max_position_embeddings': 64}}");
    double[] frequencies = rope.frequencies(8); // of 1, 1/4, 1/16 and 1/64 before
    double turns = 64 * 0.25 / (2 * Math.PI);
    double share = (turns - 1) / 3;
    assertThat(frequencies[0]).isEqualTo(1);
    assertThat(frequencies[1]).isCloseTo((1 - share) * 0.25 / 8 + share * 0.25, within(1e-15));
    assertThat(frequencies[2]).isCloseTo(1.0 / 16 / 8, within(1e-15));
    assertThat(frequencies[3]).isCloseTo(1.0 / 64 / 8, within(1e-15));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'rope_parameters': {'rope_type': 'yarn', 'factor': 2}} | yarn",
        "{'rope_scaling': {'type': 'dynamic', 'factor': 2}} | dynamic",
        "{'rope_parameters': {'rope_type': 'longrope'}} | longrope",
        "{'rope_scaling': {'type': 'linear'}} | 'factor'",
        "{'rope_parameters': {'full_attention': {'rope_theta': 500}}} | one for full_attention",
        "{'rope_scaling': {'rope_type': 'llama3', 'factor': 8, 'low_freq_factor': 4,"
            + " 'high_freq_factor': 1}} | 'low_freq_factor' should be below",
        "{'rope_parameters': {'partial_rotary_factor': 0.5}} | partial_rotary_factor"
      })
  void whatIsNotComputedIsRefusedByName(String config, String named) {
    assertThatThrownBy(() -> read(config))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(named);
  }
}
