package dev.ligo.it.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** The benchmark command: runs benchmarks and prints what they found, each beside its bar. */
public final class Benchmarks {
  private static final List<Benchmark> ALL =
      List.of(
          new FullVocabularyStep(),
          new MaskedStep(),
          new OperatorStep(),
          new LargeStep(),
          new ComparisonLoop(),
          new EngineSteps(),
          new FamilySteps(),
          new OneOperation(),
          new StackCommand(),
          new Scaling(),
          new StepMemory(),
          new PeerSteps(),
          new StepProfile());

  private Benchmarks() {}

  /** Exits with 0 if every bar is reached, 1 if not, 2 for a wrong command line. */
  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Settings settings;
    List<Benchmark> chosen;
    try {
      settings = Settings.parse(arguments);
      chosen = chosen(settings);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n" + Settings.USAGE);
      System.exit(2);
      return;
    }
    List<Result> results = new ArrayList<>();
    for (Benchmark benchmark : chosen) {
      out.println(benchmark.name() + ": " + benchmark.summary());
      try {
        results.addAll(benchmark.run(settings));
      } catch (SkippedException e) {
        out.println("  skipped: " + e.getMessage());
      }
    }
    out.println();
    out.print(Report.table(results));
    if (settings.json().isPresent()) {
      Files.writeString(settings.json().get(), Report.json(settings, results));
    }
    System.exit(results.stream().allMatch(r -> r.met().orElse(true)) ? 0 : 1);
  }

  private static List<Benchmark> chosen(Settings settings) {
    List<Benchmark> chosen =
        ALL.stream().filter(b -> settings.only().map(b.name()::equals).orElse(true)).toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no benchmark '"
              + settings.only().orElseThrow()
              + "'; there are "
              + ALL.stream().map(Benchmark::name).toList());
    }
    return chosen;
  }
}
