package dev.ligo.spark;

import dev.ligo.cli.LigoCommand;
import dev.ligo.cli.compare.PresetDefaults;
import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Interruption;
import dev.ligo.cli.training.Machines;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.spark.SparkEnv;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The {@code ligo-spark} command: those commands of {@code ligo} that a cluster makes faster, with
 * the same options. The executors read the driver's words again, so that both describe the same
 * work; they find the same files under the same paths.
 */
final class ClusterCommand {
  static final String NAME = "ligo-spark";
  private static final Set<String> COMMANDS = Set.of("compare", "grow", "pretrain", "help");
  private static final String THREADS = "--threads";

  private ClusterCommand() {}

  /**
   * Returns the commands, which have some of their work done on other machines.
   *
   * @param choice the options of a training that are read, too
   */
  static CommandLine line(Console console, Machines machines, ClusterChoice choice) {
    CommandLine line = LigoCommand.line(console, machines);
    CommandSpec root = line.getCommandSpec();
    for (String name : Set.copyOf(line.getSubcommands().keySet())) {
      if (!COMMANDS.contains(name)) {
        root.removeSubcommand(name);
      }
    }
    line.getSubcommands()
        .get("pretrain")
        .getCommandSpec()
        .addMixin("cluster", CommandSpec.forAnnotatedObject(choice));
    root.name(NAME);
    root.usageMessage()
        .description("Runs commands of ligo on an Apache Spark cluster, with the same options.")
        .footer(
            "  ligo-spark pretrain --from large --data corpus --steps 10000 \\",
            "      --accumulate 64 --out trained",
            "  ligo-spark compare --from small --layers 6 --hidden 256 \\",
            "      --methods scratch,fpi,ligo --data corpus --eval-data held-out.txt \\",
            "      --steps 5000 --seeds 1,2,3 --out comparison",
            "",
            "Environment: SPARK_HOME, an installation of Spark; LIGO_SPARK_OPTS, options for",
            "spark-submit, such as --master spark://host:7077");
    line.getSubcommands().values().forEach(c -> rename(c.getCommandSpec().usageMessage()));
    return line;
  }

  private static void rename(UsageMessageSpec usage) {
    usage.customSynopsis(renamed(usage.customSynopsis())).footer(renamed(usage.footer()));
  }

  private static String[] renamed(String... lines) {
    return Arrays.stream(lines)
        .map(l -> l.replaceFirst("^( *)ligo (?=[a-z])", "$1" + NAME + " "))
        .toArray(String[]::new);
  }

  /**
   * Returns a command as the driver was given it, to be asked for a part of its work in an
   * executor. Unless its words say otherwise, an operation has as many threads as Spark gives a
   * task cores.
   */
  static <T> T inExecutor(List<String> words, Class<T> type) {
    List<String> all = new ArrayList<>(words);
    if (words.stream().noneMatch(w -> w.equals(THREADS) || w.startsWith(THREADS + "="))) {
      all.addAll(List.of(THREADS, SparkEnv.get().conf().get("spark.task.cpus", "1")));
    }
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    Console console = Console.of(nowhere, nowhere, new Interruption());
    CommandLine line = line(console, Machines.THIS, new ClusterChoice());
    String[] args = all.toArray(String[]::new);
    PresetDefaults.provide(line.getSubcommands().get("compare"), args);
    CommandLine.ParseResult parsed = line.parseArgs(args);
    return type.cast(parsed.subcommand().commandSpec().userObject());
  }
}
