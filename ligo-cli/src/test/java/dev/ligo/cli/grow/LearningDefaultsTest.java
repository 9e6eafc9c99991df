package dev.ligo.cli.grow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.core.growth.learn.OperatorTraining;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class LearningDefaultsTest {
  @Test
  void theDefaultsOfTheCommandAreTheLibrarys() {
    GrowCommand.Learning learning = CommandLine.populateCommand(new GrowCommand.Learning());
    assertThat(learning.options()).isEqualTo(OperatorTraining.Options.defaults());
  }
}
