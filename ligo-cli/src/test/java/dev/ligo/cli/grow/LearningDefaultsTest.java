package dev.ligo.cli.grow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.core.growth.learn.OperatorTraining;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class LearningDefaultsTest {
  @Test
  void theDefaultsOfTheCommandAreTheLibrarys() {
    LearningChoice learning = CommandLine.populateCommand(new LearningChoice());
    assertThat(learning.options()).isEqualTo(OperatorTraining.Options.defaults());
  }
}
