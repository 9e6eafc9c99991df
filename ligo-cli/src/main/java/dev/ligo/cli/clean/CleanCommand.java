package dev.ligo.cli.clean;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Escapes;
import dev.ligo.cli.console.Format;
import dev.ligo.cli.console.Report;
import dev.ligo.cli.console.Table;
import dev.ligo.cli.options.CacheDirectory;
import dev.ligo.cli.options.CommonOptions;
import dev.ligo.core.Leftovers;
import dev.ligo.core.Leftovers.Leftover;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists and removes what ligo wrote and nobody needs any more. */
@Command(
    name = "clean",
    description = {
      "Lists what ligo wrote and nobody needs any more: parts of checkpoints that killed processes"
          + " have left, and states of runs that are done. With --yes it removes them.",
      "What a process is writing is left alone, and so is whatever ligo did not write."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {"  ligo clean models", "  ligo clean models --caches --yes"})
public final class CleanCommand implements Runnable {
  private final Console console;

  @Parameters(
      paramLabel = "DIR",
      arity = "0..*",
      description = "The directories to look in, and not below. Default: this one")
  List<Path> directories = List.of(Path.of(""));

  @Option(names = "--yes", description = "Remove what is listed")
  boolean yes;

  @Option(
      names = "--caches",
      description = "List also what is made again when it is needed: token ids")
  boolean caches;

  @Mixin CommonOptions common = new CommonOptions();

  public CleanCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    List<Leftover> found = new ArrayList<>();
    directories.forEach(d -> found.addAll(Leftovers.in(d.toAbsolutePath().normalize())));
    if (caches) {
      found.addAll(Leftovers.ofCache(CacheDirectory.ofProcess()));
    }
    if (yes) {
      found.forEach(Leftover::remove);
    }
    console.print(new Findings(found, yes), common.json);
  }

  private record Findings(List<Leftover> found, boolean removed) implements Report {
    @Override
    public String text(int columns) {
      if (found.isEmpty()) {
        return "nothing is left to remove";
      }
      Table table = new Table(Table.Align.LEFT, Table.Align.LEFT, Table.Align.RIGHT);
      found.forEach(
          l ->
              table.row(
                  Escapes.line(l.path().toString()),
                  what(l.kind()),
                  Format.quantity(l.bytes(), "B")));
      long bytes = found.stream().mapToLong(Leftover::bytes).sum();
      return table.text(columns)
          + System.lineSeparator()
          + (removed ? "removed: " : "to remove with --yes: ")
          + Format.quantity(bytes, "B");
    }

    private static String what(Leftovers.Kind kind) {
      return switch (kind) {
        case PARTIAL -> "part of a killed process";
        case STATE -> "state of a finished run";
        case CACHE -> "cache";
      };
    }

    @Override
    public JsonObject json() {
      JsonArray all = new JsonArray();
      for (Leftover l : found) {
        JsonObject o = new JsonObject();
        o.addProperty("path", l.path().toString());
        o.addProperty("kind", l.kind().name().toLowerCase(Locale.ROOT));
        o.addProperty("bytes", l.bytes());
        all.add(o);
      }
      JsonObject root = new JsonObject();
      root.add("found", all);
      root.addProperty("removed", removed);
      return root;
    }
  }
}
