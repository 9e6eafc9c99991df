package dev.ligo.cli.methods;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Report;
import dev.ligo.cli.console.Table;
import dev.ligo.cli.options.CommonOptions;
import dev.ligo.core.Ligo;
import dev.ligo.core.growth.GrowthMethod;
import dev.ligo.core.train.TrainingStrategies;
import dev.ligo.core.train.TrainingStrategy;
import java.util.Collection;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the growth methods and the training strategies. */
@Command(
    name = "methods",
    description = {
      "Lists the growth methods, and for which families and directions each preserves the function:",
      "pre-LN families normalize before a branch (gpt2, vit, deit, cait), post-LN families the",
      "stream itself (bert, roberta). 'ligo grow' says what holds for its sizes. Then the strategies",
      "of training, which go with any method."
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
    console.print(new Listing(Ligo.create().methods().values()), common.json);
  }

  /** All methods that were found. */
  private record Listing(Collection<GrowthMethod> methods) implements Report {
    @Override
    public String text() {
      Table table = new Table(Table.Align.LEFT, Table.Align.LEFT);
      for (GrowthMethod m : methods) {
        String data = m.learns() ? "; needs --data" : "";
        boolean preserves = !m.preserves().equals(GrowthMethod.NOTHING);
        String kept = preserves ? "; preserves " + m.preserves() : "";
        table.row(name(m), m.summary() + kept + data);
      }
      Table trained = new Table(Table.Align.LEFT, Table.Align.LEFT);
      TrainingStrategies.all().forEach(p -> trained.row(p.name(), p.summary()));
      return String.format(
          "%s%n%nstrategies of training, which go with any method:%n%n%s", table, trained);
    }

    private static String name(GrowthMethod m) {
      return String.join(", ", Stream.concat(Stream.of(m.name()), m.aliases().stream()).toList());
    }

    @Override
    public JsonObject json() {
      JsonArray list = new JsonArray();
      for (GrowthMethod m : methods) {
        JsonObject o = new JsonObject();
        o.addProperty("name", m.name());
        JsonArray aliases = new JsonArray();
        m.aliases().forEach(aliases::add);
        o.add("aliases", aliases);
        o.addProperty("summary", m.summary());
        o.addProperty("preserves", m.preserves());
        o.addProperty("learns", m.learns());
        list.add(o);
      }
      JsonObject root = new JsonObject();
      root.add("methods", list);
      JsonArray strategies = new JsonArray();
      for (TrainingStrategy p : TrainingStrategies.all()) {
        JsonObject o = new JsonObject();
        o.addProperty("name", p.name());
        o.addProperty("summary", p.summary());
        strategies.add(o);
      }
      root.add("strategies", strategies);
      return root;
    }
  }
}
