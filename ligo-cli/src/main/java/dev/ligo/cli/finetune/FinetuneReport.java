package dev.ligo.cli.finetune;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ligo.cli.console.Format;
import dev.ligo.cli.console.Report;
import dev.ligo.cli.training.TrainingReport;
import dev.ligo.core.Finetuning;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of a checkpoint and its labelled data.
 *
 * @param finetuning the data and the head
 * @param training how the training went
 */
record FinetuneReport(Finetuning finetuning, TrainingReport training) implements Report {
  /** Returns what is said before the training. */
  static List<String> lines(Finetuning f) {
    List<String> lines = new ArrayList<>(f.notes());
    lines.add(
        "labels: "
            + f.labels()
            + "; "
            + Format.count(f.split().train().size(), "example")
            + " to train on, "
            + Format.count(f.split().held().size())
            + " held out");
    if (f.split().duplicates() > 0) {
      lines.add(
          "left out, since equal ones are there: "
              + Format.count(f.split().duplicates(), "example"));
    }
    if (f.split().held().size() == 0) {
      lines.add("note: nothing is held out, so nothing is measured");
    }
    return List.copyOf(lines);
  }

  private String head() {
    String head =
        finetuning.training().task() + " head of " + finetuning.labels().size() + " labels";
    return finetuning.freshHead()
        ? "note: a fresh " + head + " was initialized; the source had none for these labels"
        : "note: the source's " + head + " was kept";
  }

  @Override
  public String text(int columns) {
    return head() + System.lineSeparator() + training.text(columns);
  }

  @Override
  public JsonObject json() {
    JsonObject root = training.json();
    JsonArray labels = new JsonArray();
    finetuning.labels().names().forEach(labels::add);
    root.addProperty("task", finetuning.training().task());
    root.add("labels", labels);
    root.addProperty("fresh_head", finetuning.freshHead());
    root.addProperty("examples", finetuning.split().train().size());
    root.addProperty("held_out", finetuning.split().held().size());
    root.addProperty("duplicates", finetuning.split().duplicates());
    return root;
  }
}
