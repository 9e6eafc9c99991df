package dev.ligo.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.ligo.core.comparison.Candidate;
import dev.ligo.core.comparison.ComparisonResults;
import dev.ligo.core.comparison.ComparisonRun;
import dev.ligo.core.comparison.Spread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What forecasts rest on is what the published comparisons came to. With {@code -Dligo.write-docs}
 * this test writes it.
 */
class PublishedEvidenceTest {
  private static final Path RESULTS = Path.of("..", "docs", "results");
  private static final Path FILE = Path.of("src/main/resources/dev/ligo/core/plan/measured.json");
  private static final Path PRESETS =
      Path.of("../ligo-cli/src/main/resources/dev/ligo/cli/compare/presets");
  private static final List<String> FIELDS = List.of("bert", "roberta", "gpt2", "deit");

  /** Labels under which a comparison grows in depth or width alone; all else grows in both. */
  private static final Map<String, Evidence.Kind> KINDS =
      Map.of("deeper", Evidence.Kind.DEPTH, "wider", Evidence.Kind.WIDTH);

  /** Methods that begin at the loss of what they grow. */
  private static final Set<String> PRESERVING = Set.of("lemon", "hypercloning");

  @Test
  void theDataFileIsMadeOfThePublishedResults() throws IOException {
    JsonArray fields = new JsonArray();
    for (String name : FIELDS) {
      fields.add(field(name, ComparisonResults.read(RESULTS.resolve(name))));
    }
    JsonObject root = new JsonObject();
    root.addProperty(
        "about", "What docs/results says of growing, as shares. Written by PublishedEvidenceTest.");
    root.add("fields", fields);
    String text = new GsonBuilder().setPrettyPrinting().serializeNulls().create().toJson(root);
    if (System.getProperty("ligo.write-docs") != null) {
      Files.createDirectories(FILE.getParent());
      Files.writeString(FILE, text + "\n");
    }
    assertThat(FILE)
        .as("measured.json; write it anew with -Dligo.write-docs")
        .hasContent(text + "\n");
    Evidence published = Evidence.parse(text);
    assertThat(published.fields()).extracting(Evidence.Field::family).isEqualTo(FIELDS);
    assertThat(published.fields()).allMatch(f -> f.source(Evidence.Kind.BOTH).isPresent());
  }

  private static JsonObject field(String name, ComparisonResults results) throws IOException {
    double first = mean(results.scratch().stream().map(ComparisonRun::firstLoss).toList());
    double last = mean(results.scratch().stream().map(r -> r.last().loss()).toList());
    JsonObject field = new JsonObject();
    field.addProperty("family", results.family());
    field.addProperty("results", "docs/results/" + name);
    field.addProperty("parameters", results.settings().get("parameters").whole(1, Long.MAX_VALUE));
    field.addProperty(
        "flops", Math.round(mean(results.scratch().stream().map(r -> r.last().flops()).toList())));
    JsonArray sources = new JsonArray();
    for (Evidence.Kind kind : Evidence.Kind.values()) {
      List<ComparisonResults.Outcome> own =
          results.outcomes().stream()
              .filter(o -> !o.name().equals(Candidate.SCRATCH))
              .filter(o -> !results.candidates().getAsJsonObject(o.name()).has("strategies"))
              .filter(o -> kind(results, o.name()) == kind)
              .toList();
      if (!own.isEmpty()) {
        sources.add(source(kind, results, own, first, last));
      }
    }
    field.add("sources", sources);
    JsonObject both = sources.get(0).getAsJsonObject();
    field.add("unlearned", unlearned(name, results, both, first, last));
    return field;
  }

  private static JsonObject source(
      Evidence.Kind kind,
      ComparisonResults results,
      List<ComparisonResults.Outcome> own,
      double first,
      double last) {
    Map<String, JsonArray> savings = new TreeMap<>();
    for (ComparisonResults.Outcome o : own) {
      if (!o.name().contains("+") && o.runs().size() == results.seeds().size()) {
        savings.put(method(results, o.name()), array(o.saving()));
      }
    }
    List<Double> kept =
        own.stream()
            .filter(o -> PRESERVING.contains(method(results, o.name())))
            .map(o -> o.firstLoss().mean().orElseThrow())
            .toList();
    JsonObject source = new JsonObject();
    source.addProperty("kind", kind.word());
    source.add("cost", number(own.get(0).source().mean().orElseThrow()));
    source.add("learned", number(kept.isEmpty() ? 1 : (first - mean(kept)) / (first - last)));
    JsonObject all = new JsonObject();
    savings.forEach(all::add);
    source.add("savings", all);
    return source;
  }

  private static String method(ComparisonResults results, String candidate) {
    return results.candidates().getAsJsonObject(candidate).get("method").getAsString();
  }

  /** Returns the kind of a candidate's source: that of a label with the same source. */
  private static Evidence.Kind kind(ComparisonResults results, String candidate) {
    JsonObject all = results.candidates();
    return KINDS.entrySet().stream()
        .filter(e -> all.has(e.getKey()))
        .filter(
            e ->
                all.getAsJsonObject(e.getKey())
                    .get("source")
                    .equals(all.getAsJsonObject(candidate).get("source")))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(Evidence.Kind.BOTH);
  }

  /**
   * Returns how small models learned that were trained for several lengths: that of the comparison,
   * whose steps its preset has, and others.
   */
  private static JsonArray unlearned(
      String name, ComparisonResults results, JsonObject both, double first, double last)
      throws IOException {
    double steps = results.settings().get("steps").number();
    double own =
        read(PRESETS.resolve(name + ".json"))
            .getAsJsonObject("sources")
            .getAsJsonObject("small")
            .get("steps")
            .getAsDouble();
    Map<Double, Double> points = new TreeMap<>();
    points.put(own / steps, 1 - both.get("learned").getAsDouble());
    Path file = RESULTS.resolve("sources").resolve(name).resolve("small.json");
    if (Files.exists(file)) {
      for (JsonElement s : read(file).getAsJsonArray("sources")) {
        JsonArray losses = s.getAsJsonObject().getAsJsonArray("loss");
        JsonArray end = losses.get(losses.size() - 1).getAsJsonArray();
        double lacks = (end.get(1).getAsDouble() - last) / (first - last);
        points.put(end.get(0).getAsDouble() / steps, lacks);
      }
    }
    JsonArray all = new JsonArray();
    points.forEach(
        (length, lacks) -> {
          JsonArray point = new JsonArray();
          point.add(number(length));
          point.add(number(lacks));
          all.add(point);
        });
    return all;
  }

  private static JsonObject read(Path file) throws IOException {
    return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
  }

  private static JsonArray array(Spread spread) {
    JsonArray array = new JsonArray();
    spread
        .values()
        .forEach(v -> array.add(v.isPresent() ? number(v.getAsDouble()) : JsonNull.INSTANCE));
    return array;
  }

  private static JsonPrimitive number(double value) {
    return new JsonPrimitive(Math.round(value * 1e4) / 1e4);
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(v -> v).average().orElseThrow();
  }
}
