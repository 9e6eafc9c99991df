package dev.ligo.cli.methods;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Report;
import dev.ligo.cli.console.Table;
import dev.ligo.cli.options.CommonOptions;
import dev.ligo.core.Ligo;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.hyperparameter.Hyperparameter;
import dev.ligo.core.hyperparameter.Tunable;
import dev.ligo.core.train.TrainingStrategy;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the growth methods and the training strategies. */
@Command(
    name = "methods",
    description = {
      "Lists the growth methods, and for which families and directions each preserves the"
          + " function: pre-LN families normalize before each branch, post-LN families the residual"
          + " stream itself. 'ligo grow' says what holds for its family and sizes.",
      "Then the training strategies, which go with any method. Below each stand its"
          + " hyperparameters, with their defaults."
    },
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {"  ligo methods", "  ligo methods --json"})
public final class MethodsCommand implements Runnable {
  private final Console console;

  @Mixin CommonOptions common = new CommonOptions();

  public MethodsCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    console.print(new Listing(Ligo.create()), common.json);
  }

  /** All methods and strategies that were found. */
  private record Listing(Ligo ligo) implements Report {
    @Override
    public String text(int columns) {
      Table table = new Table(Table.Align.LEFT, Table.Align.LEFT);
      for (GrowthMethod m : ligo.methods().values()) {
        String data = m.learns() ? "; needs --data" : "";
        boolean preserves = !m.preserves().equals(GrowthMethod.NOTHING);
        String kept = preserves ? "; preserves " + m.preserves() : "";
        table.row(name(m), m.summary() + kept + data);
        hyperparameters(m, table);
      }
      Table trained = new Table(Table.Align.LEFT, Table.Align.LEFT);
      for (TrainingStrategy s : ligo.strategies().values()) {
        trained.row(s.name(), s.summary() + (s.needsSmall() ? "; needs --small" : ""));
        hyperparameters(s, trained);
      }
      return String.format(
          "growth methods:%n%n%s%n%ntraining strategies, which go with any method:%n%n%s",
          table.text(columns), trained.text(columns));
    }

    private static void hyperparameters(Tunable t, Table table) {
      for (Hyperparameter<?> h : t.hyperparameters()) {
        table.row(
            "  " + h.name(),
            "  " + h.defaultText() + ": " + h.help() + "; " + h.domain().description());
      }
    }

    private static JsonArray hyperparameters(Tunable t) {
      JsonArray list = new JsonArray();
      for (Hyperparameter<?> h : t.hyperparameters()) {
        JsonObject o = new JsonObject();
        o.addProperty("name", h.name());
        o.addProperty("type", h.domain().type());
        o.addProperty("values", h.domain().description());
        o.addProperty("default", h.defaultText());
        o.addProperty("help", h.help());
        list.add(o);
      }
      return list;
    }

    private static String name(GrowthMethod m) {
      return String.join(", ", Stream.concat(Stream.of(m.name()), m.aliases().stream()).toList());
    }

    @Override
    public JsonObject json() {
      JsonArray list = new JsonArray();
      for (GrowthMethod m : ligo.methods().values()) {
        JsonObject o = new JsonObject();
        o.addProperty("name", m.name());
        JsonArray aliases = new JsonArray();
        m.aliases().forEach(aliases::add);
        o.add("aliases", aliases);
        o.addProperty("summary", m.summary());
        o.addProperty("preserves", m.preserves());
        o.addProperty("learns", m.learns());
        o.add("hyperparameters", hyperparameters(m));
        list.add(o);
      }
      JsonObject root = new JsonObject();
      root.add("methods", list);
      JsonArray strategies = new JsonArray();
      for (TrainingStrategy s : ligo.strategies().values()) {
        JsonObject o = new JsonObject();
        o.addProperty("name", s.name());
        o.addProperty("summary", s.summary());
        o.addProperty("needs_small", s.needsSmall());
        o.add("hyperparameters", hyperparameters(s));
        strategies.add(o);
      }
      root.add("strategies", strategies);
      return root;
    }
  }
}
