package dev.ligo.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ligo.core.growth.learn.OperatorTraining;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  @Test
  void risesInALineAndFallsToOneShareBeforeTheFloor() {
    assertThat(rates(new Schedule(Schedule.Decay.LINEAR, 4, 2, 5, 0)))
        .containsExactly(2, 4, 3, 2, 1);
    assertThat(rates(new Schedule(Schedule.Decay.LINEAR, 4, 0, 3, 0.25)))
        .containsExactly(3.25, 2.5, 1.75);
  }

  @Test
  void fallsAlongHalfACosine() {
    Schedule s = new Schedule(Schedule.Decay.COSINE, 2, 1, 4, 0);
    assertThat(s.at(1)).isEqualTo(2);
    for (int i = 1; i <= 4; i++) {
      assertThat(s.at(1 + i)).isCloseTo(1 + Math.cos(Math.PI * i / 4), within(1e-15));
    }
  }

  @Test
  void staysAtThePeakWhereItDoesNotFall() {
    assertThat(rates(new Schedule(Schedule.Decay.CONSTANT, 3, 3, 5, 0)))
        .containsExactly(1, 2, 3, 3, 3);
  }

  @Test
  void staysAndFallsInALineOverTheLastFifth() {
    assertThat(rates(new Schedule(Schedule.Decay.WSD, 6, 2, 10, 0)))
        .containsExactly(3, 6, 6, 6, 6, 6, 6, 6, 4, 2);
    assertThat(rates(new Schedule(Schedule.Decay.WSD, 4, 0, 5, 0.5)))
        .containsExactly(4, 4, 4, 4, 3);
  }

  @Test
  void makesNoStepAtARateOfZeroAndIsAtTheFloorAfterTheLast() {
    for (Schedule.Decay decay : Schedule.Decay.values()) {
      for (long warmup = 0; warmup <= 10; warmup++) {
        Schedule s = new Schedule(decay, 1e-3, warmup, 10, 0);
        assertThat(DoubleStream.of(rates(s)).boxed()).allMatch(r -> r > 0 && r <= 1e-3);
        assertThat(s.at(1000)).isEqualTo(decay == Schedule.Decay.CONSTANT ? 1e-3 : 0);
      }
    }
  }

  @Test
  void keepsTheShareOfItsWarmupOverOtherSteps() {
    Schedule s = new Schedule(Schedule.Decay.LINEAR, 2, 2, 20, 0.1);
    assertThat(s.over(100)).isEqualTo(new Schedule(Schedule.Decay.LINEAR, 2, 10, 100, 0.1));
    assertThat(s.over(3).warmup()).isEqualTo(1);
    assertThat(s.withWarmup(0).over(100).warmup()).isZero();
  }

  @Test
  void refusesNumbersThatMakeNoSchedule() {
    assertThatThrownBy(() -> new Schedule(Schedule.Decay.LINEAR, 1, 6, 5, 0))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("warm-up 6 of 5 steps");
    assertThatThrownBy(() -> new Schedule(Schedule.Decay.LINEAR, 0, 0, 5, 0))
        .isInstanceOf(TrainingException.class);
  }

  @Test
  void refusesMoreStepsThanARunCanHave() {
    String message = "a run has at most 1000000000 steps, found ";
    long most = Schedule.MOST_STEPS;
    assertThat(TrainingOptions.of(most).steps()).isEqualTo(most);
    assertThat(Schedule.wholeSteps(most - 0.5)).isEqualTo(most);
    assertThatThrownBy(() -> new Schedule(Schedule.Decay.LINEAR, 1, 0, most + 1, 0))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith(message);
    Schedule schedule = new Schedule(Schedule.Decay.LINEAR, 1, 0, most, 0);
    assertThatThrownBy(
            () ->
                new TrainingOptions(
                    Long.MAX_VALUE, 1, schedule, Optimizer.adamW(0), 1, 1, 0, false))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith(message);
    assertThatThrownBy(() -> OperatorTraining.Options.of(Long.MAX_VALUE, 1))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith(message);
    for (double count : new double[] {1e300, Double.POSITIVE_INFINITY, Double.NaN}) {
      assertThatThrownBy(() -> Schedule.wholeSteps(count))
          .isInstanceOf(TrainingException.class)
          .hasMessageStartingWith(message);
    }
  }

  @Test
  void refusesMoreBatchesInAStepThanAreRead() {
    TrainingOptions.Builder builder = TrainingOptions.builder(1);
    for (int count : new int[] {0, TrainingOptions.MOST_MICRO_BATCHES + 1}) {
      String message =
          "a step averages over 1 to 4096 batches, found "
              + count
              + "; make the batches larger instead.";
      assertThatThrownBy(() -> builder.microBatches(count).build())
          .isInstanceOf(TrainingException.class)
          .hasMessage(message);
      assertThatThrownBy(() -> OperatorTraining.Options.defaults().withMicroBatches(count))
          .isInstanceOf(TrainingException.class)
          .hasMessage(message);
    }
  }

  private static double[] rates(Schedule s) {
    return LongStream.rangeClosed(1, s.steps()).mapToDouble(s::at).toArray();
  }

  @Test
  void isSaidInWords() {
    assertThat(new Schedule(Schedule.Decay.COSINE, 3e-4, 1, 20, 0.1))
        .hasToString("cosine from 0.0003, warm-up 1 of 20 steps, floor 0.1");
    assertThat(Optimizer.adamW(0.01))
        .hasToString(
            "adamw, betas 0.9 and 0.999, epsilon 1e-6, weight decay 0.01, gradient norm at most"
                + " 1");
    assertThat(Optimizer.sgd(0).withMaxGradientNorm(0)).hasToString("sgd, weight decay 0");
  }
}
