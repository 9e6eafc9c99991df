package dev.ligo.cli.predict;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ligo.cli.console.Format;
import dev.ligo.cli.console.Report;
import dev.ligo.cli.console.Table;
import dev.ligo.core.prediction.Choice;
import dev.ligo.core.prediction.Prediction;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What was predicted.
 *
 * @param from the checkpoint
 * @param predictions a prediction of each text or picture
 * @param seconds the wall time
 */
record PredictionReport(Path from, List<Prediction> predictions, double seconds) implements Report {
  /** How many classes people are shown; programs get all. */
  private static final int SHOWN = 5;

  private static final String LINE = System.lineSeparator();

  @Override
  public String text(int columns) {
    return predictions.stream()
        .map(p -> shown(p, columns))
        .collect(Collectors.joining(LINE + LINE));
  }

  private static String shown(Prediction prediction, int columns) {
    if (prediction instanceof Prediction.Continuation c) {
      return c.input() + c.text();
    }
    if (prediction instanceof Prediction.Filling f) {
      return f.input()
          + LINE
          + (f.masks().isEmpty()
              ? "nothing to find: it has no mask"
              : f.masks().stream()
                  .map(choices -> table(choices, columns))
                  .collect(Collectors.joining(LINE + LINE)));
    }
    Prediction.Classes c = (Prediction.Classes) prediction;
    return c.input() + LINE + table(c.classes(), columns);
  }

  private static String table(List<Choice> choices, int columns) {
    Table table = new Table(Table.Align.LEFT, Table.Align.RIGHT);
    choices.stream()
        .limit(SHOWN)
        .forEach(c -> table.row(c.name().strip(), Format.percent(c.probability())));
    return table.text(columns);
  }

  @Override
  public JsonObject json() {
    JsonObject root = new JsonObject();
    root.addProperty("from", from.toString());
    JsonArray all = new JsonArray();
    predictions.forEach(p -> all.add(json(p)));
    root.add("predictions", all);
    root.addProperty("seconds", seconds);
    return root;
  }

  private static JsonObject json(Prediction prediction) {
    JsonObject o = new JsonObject();
    o.addProperty("input", prediction.input());
    if (prediction instanceof Prediction.Continuation c) {
      o.addProperty("continuation", c.text());
      JsonArray tokens = new JsonArray();
      c.tokens().forEach(tokens::add);
      o.add("tokens", tokens);
      o.addProperty("stop", c.stop().name().toLowerCase(Locale.ROOT));
    } else if (prediction instanceof Prediction.Filling f) {
      JsonArray masks = new JsonArray();
      f.masks().forEach(m -> masks.add(json(m)));
      o.add("masks", masks);
    } else {
      o.add("classes", json(((Prediction.Classes) prediction).classes()));
    }
    return o;
  }

  private static JsonArray json(List<Choice> choices) {
    JsonArray array = new JsonArray();
    for (Choice choice : choices) {
      JsonObject o = new JsonObject();
      o.addProperty("id", choice.id());
      o.addProperty("name", choice.name());
      o.addProperty("probability", choice.probability());
      array.add(o);
    }
    return array;
  }
}
