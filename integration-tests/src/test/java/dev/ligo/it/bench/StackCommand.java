package dev.ligo.it.bench;

import java.util.List;
import java.util.Optional;

/**
 * The command that grows a real encoder without learning: time, memory, and that no engine loads.
 */
final class StackCommand implements Benchmark {
  private static final int RUNS = 5;

  @Override
  public String name() {
    return "stack";
  }

  @Override
  public String summary() {
    return "the command `ligo grow --method stack` on MiniLM: time, memory, no engine";
  }

  @Override
  public List<Result> run(Settings settings) {
    String source =
        given("LIGO_MINILM", "set it to the directory that scripts/fetch-minilm.sh prints");
    String command = given("LIGO_COMMAND", "scripts/bench.sh sets it to the built command");
    try (ScratchDirectory scratch = ScratchDirectory.create()) {
      double seconds = Double.MAX_VALUE;
      long peak = 0;
      boolean engine = false;
      for (int i = 0; i < RUNS; i++) {
        WatchedProcess run =
            WatchedProcess.run(
                List.of(
                    command,
                    "grow",
                    "--method",
                    "stack",
                    "--layers",
                    "12",
                    "--from",
                    source,
                    "--out",
                    scratch.path().resolve("run" + i).toString()));
        seconds = Math.min(seconds, run.seconds());
        peak = Math.max(peak, run.peakBytes());
        engine |= run.engine();
      }
      return List.of(
          Result.of("grow --method stack, whole process", seconds, "s").bar(Bar.atMost(3)),
          Result.of("grow --method stack, peak resident memory", peak / 1e6, "MB")
              .bar(Bar.atMost(600)),
          Result.of("grow --method stack, engines mapped", engine ? 1 : 0, "").bar(Bar.atMost(0)));
    }
  }

  private static String given(String variable, String hint) {
    return Optional.ofNullable(System.getenv(variable))
        .orElseThrow(() -> new SkippedException(variable + " is not set; " + hint));
  }
}
