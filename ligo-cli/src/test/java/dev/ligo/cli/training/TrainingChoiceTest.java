package dev.ligo.cli.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.core.train.TrainingException;
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

  @Test
  void epochsAreStepsUpToTheMostOfARun() {
    TrainingChoice choice = CommandLine.populateCommand(new TrainingChoice(), "--accumulate", "2");
    assertThat(choice.steps(1.5, 7)).isEqualTo(6);
    assertThat(choice.steps(1e-300, 7)).isEqualTo(1);
    assertThatThrownBy(() -> choice.steps(1e300, 7))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("a run has at most 1000000000 steps, found ")
        .hasMessageEndingWith("; train for fewer, on larger batches.");
  }
}
