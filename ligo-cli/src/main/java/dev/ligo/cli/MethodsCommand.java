package dev.ligo.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ligo.core.Ligo;
import dev.ligo.core.growth.GrowthMethod;
import java.util.Collection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the growth methods. */
@Command(
    name = "methods",
    description = "Lists the growth methods.",
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {"  ligo methods", "  ligo methods --json"})
final class MethodsCommand implements Runnable {
  private final Console console;

  @Mixin CommonOptions common = new CommonOptions();

  MethodsCommand(Console console) {
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
        table.row(m.name(), m.summary() + (m.learns() ? "; needs --data" : ""));
      }
      return table.toString();
    }

    @Override
    public JsonObject json() {
      JsonArray list = new JsonArray();
      for (GrowthMethod m : methods) {
        JsonObject o = new JsonObject();
        o.addProperty("name", m.name());
        o.addProperty("summary", m.summary());
        o.addProperty("learns", m.learns());
        list.add(o);
      }
      JsonObject root = new JsonObject();
      root.add("methods", list);
      return root;
    }
  }
}
