package dev.ligo.cli.demo;

import com.google.gson.JsonObject;
import dev.ligo.cli.compare.CompareReport;
import dev.ligo.cli.console.CommandText;
import dev.ligo.cli.console.Report;
import java.nio.file.Path;
import java.util.List;

/**
 * What the command says at its end.
 *
 * @param comparison what was compared
 * @param out the directory that was written
 */
record DemoReport(CompareReport comparison, Path out) implements Report {
  @Override
  public String text(int columns) {
    List<String> lines =
        List.of(
            comparison.conclusion(
                comparison
                    .files()
                    .row(path(DemoCommand.GROWN), "the checkpoint as LiGO grew it")
                    .row(path(DemoCommand.TRAINED), "the same after training")
                    .row(path(DemoCommand.SCRATCH), "the one from scratch after as many steps")
                    .row(path(DemoData.SMALL), "the checkpoint that it grew from")),
            "",
            "next:",
            "  " + CommandText.line("inspect " + path(DemoCommand.GROWN)),
            "  "
                + CommandText.line("grow --from " + path(DemoData.SMALL))
                + " --out stacked --method stack --layers 6  # without learning",
            "  " + CommandText.line("compare --preset bert --quick") + "  # other methods, too",
            "",
            comparison.summary());
    return String.join(System.lineSeparator(), lines);
  }

  @Override
  public JsonObject json() {
    return comparison.json();
  }

  /** Returns a path below the directory as a shell takes it. */
  private String path(String name) {
    return CommandText.quoted(out.resolve(name).toString());
  }
}
