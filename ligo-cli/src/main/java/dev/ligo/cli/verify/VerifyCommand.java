package dev.ligo.cli.verify;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Escapes;
import dev.ligo.cli.console.Progress;
import dev.ligo.cli.console.Report;
import dev.ligo.cli.console.Table;
import dev.ligo.cli.options.CheckpointPath;
import dev.ligo.cli.options.CommonOptions;
import dev.ligo.core.Ligo;
import dev.ligo.core.Verification;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Reads all of a checkpoint and says whether it is sound. */
@Command(
    name = "verify",
    description = {
      "Reads all of a checkpoint: do config and tensors agree, are all values finite, and are the"
          + " files those that ligo wrote?",
      "The exit code is 1 if something is broken."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {"  ligo verify bert-base", "  ligo verify bert-base --json"})
public final class VerifyCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "DIR",
      converter = CheckpointPath.class,
      description = CheckpointPath.DESCRIPTION)
  Path directory;

  @Mixin CommonOptions common = new CommonOptions();

  public VerifyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Verification verification;
    try (Progress progress = console.progress()) {
      verification = Ligo.create().verify(directory, progress);
    }
    console.print(new Findings(directory, verification), common.json);
    return verification.isSound() ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private record Findings(Path directory, Verification verification) implements Report {
    @Override
    public String text(int columns) {
      Table table = new Table(Table.Align.LEFT, Table.Align.LEFT, Table.Align.LEFT);
      verification.findings().forEach(f -> table.row(f.property(), word(f.result()), f.detail()));
      return Escapes.line(directory.toString())
          + (verification.isSound() ? " is sound" : " is BROKEN")
          + System.lineSeparator()
          + table.text(columns);
    }

    private static String word(Verification.Result result) {
      return switch (result) {
        case HOLDS -> "ok";
        case BROKEN -> "BROKEN";
        case UNKNOWN -> "-";
      };
    }

    @Override
    public JsonObject json() {
      JsonArray findings = new JsonArray();
      for (Verification.Finding f : verification.findings()) {
        JsonObject o = new JsonObject();
        o.addProperty("property", f.property());
        o.addProperty("result", f.result().name().toLowerCase(Locale.ROOT));
        o.addProperty("detail", f.detail());
        findings.add(o);
      }
      JsonObject root = new JsonObject();
      root.addProperty("directory", directory.toString());
      root.addProperty("sound", verification.isSound());
      root.add("findings", findings);
      return root;
    }
  }
}
