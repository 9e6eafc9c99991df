package dev.ligo.cli.plan;

import dev.ligo.cli.console.CommandText;
import dev.ligo.core.Ligo;
import dev.ligo.core.train.Schedule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The commands that do what a plan says.
 *
 * @param spec the command that plans, as it was parsed
 * @param config the config of the large model
 * @param tokenizer its tokenizer
 * @param out the plan's directory, in which all models are to stand
 */
record PlanCommands(CommandSpec spec, Path config, Optional<Path> tokenizer, Path out) {
  /** The file with the config of the small model. */
  static final String SMALL_CONFIG = "small.json";

  /** Grown models were measured with a rate that rises over this part of the steps: 20 of 3,000. */
  private static final double GROWN_WARMUP = 1.0 / 150;

  /** Operators were measured that had learned in so many steps, at this rate. */
  private static final List<String> LEARNING = List.of("--steps", "20", "--learning-rate", "0.001");

  private static final List<String> DATA = List.of("--data");
  private static final List<String> HELD = List.of("--eval-data");
  private static final List<String> BATCH =
      List.of("--batch-size", "--sequence-length", "--documents", "--augment");
  private static final List<String> TRAINING =
      List.of("--learning-rate", "--schedule", "--weight-decay", "--clip", "--eval-batches");
  private static final List<String> PLACE = List.of("--seed", "--backend", "--device", "--threads");

  /** Returns the commands that train the model from scratch. */
  List<String> scratch(Schedule schedule) {
    List<String> words = pretrain(schedule, "trained");
    words.addAll(List.of("--config", config.toString()));
    return List.of(CommandText.of(tokenized(words)));
  }

  /** Returns the commands that train the small model, grow it, and train what was grown. */
  List<String> growing(Ligo ligo, Way way, Budget budget, Schedule schedule) {
    List<String> first = pretrain(schedule.over(way.steps(budget)), "small");
    first.addAll(List.of("--config", out.resolve(SMALL_CONFIG).toString()));
    List<String> grow =
        new ArrayList<>(List.of("grow", "--from", in("small"), "--out", in("grown")));
    grow.addAll(List.of("--method", way.proposal().method()));
    way.model().back().layers().ifPresent(n -> grow.addAll(List.of("--layers", "" + n)));
    way.model().back().hidden().ifPresent(n -> grow.addAll(List.of("--hidden", "" + n)));
    if (ligo.method(way.proposal().method()).learns()) {
      grow.addAll(given(DATA));
      grow.addAll(LEARNING);
      grow.addAll(given(BATCH));
      grow.addAll(given(PLACE));
    }
    long rise = Math.max(1, Math.round(GROWN_WARMUP * schedule.steps()));
    List<String> last = pretrain(way.reached(budget), schedule.withWarmup(rise), "trained");
    last.addAll(List.of("--from", in("grown")));
    return List.of(CommandText.of(tokenized(first)), CommandText.of(grow), CommandText.of(last));
  }

  private List<String> pretrain(Schedule schedule, String to) {
    return pretrain(schedule.steps(), schedule, to);
  }

  private List<String> pretrain(long steps, Schedule schedule, String to) {
    List<String> words = new ArrayList<>(List.of("pretrain"));
    words.addAll(given(DATA));
    words.addAll(given(HELD));
    words.addAll(List.of("--steps", "" + steps));
    if (steps != schedule.steps()) {
      words.addAll(List.of("--schedule-steps", "" + schedule.steps()));
    }
    words.addAll(List.of("--warmup", "" + schedule.warmup()));
    words.addAll(given(TRAINING));
    words.addAll(given(BATCH));
    words.addAll(given(PLACE));
    words.addAll(List.of("--out", in(to)));
    return words;
  }

  private List<String> tokenized(List<String> words) {
    tokenizer.ifPresent(t -> words.addAll(List.of("--tokenizer", t.toString())));
    return words;
  }

  private String in(String name) {
    return out.resolve(name).toString();
  }

  /** Returns options as they were given. */
  private List<String> given(List<String> names) {
    List<String> words = new ArrayList<>();
    for (String name : names) {
      OptionSpec option = spec.findOption(name);
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        words.add(name);
        words.addAll(option.originalStringValues());
      }
    }
    return words;
  }
}
