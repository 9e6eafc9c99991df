package dev.ligo.cli.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.core.train.TrainingOptions;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class TrainingChoiceTest {
  @Test
  void theDefaultsOfTheCommandAreTheLibrarys() {
    TrainingChoice choice = CommandLine.populateCommand(new TrainingChoice());
    assertThat(choice.options(70, TrainingOptions.evaluateEvery(70), 0))
        .isEqualTo(TrainingOptions.of(70));
  }
}
