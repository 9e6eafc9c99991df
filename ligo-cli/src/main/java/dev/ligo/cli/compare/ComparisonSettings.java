package dev.ligo.cli.compare;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.ligo.api.Wording;
import dev.ligo.cli.console.Format;
import dev.ligo.core.comparison.ComparisonResults;
import dev.ligo.core.comparison.ComparisonRun;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a comparison was made, as people read it.
 *
 * @param results the comparison
 * @param running the run that is not done, as far as it is
 */
record ComparisonSettings(ComparisonResults results, Optional<ComparisonRun> running) {
  /** Settings that the report says in other places. */
  private static final Set<String> ELSEWHERE =
      Set.of("config", "command", "step_flops", "flops_per_forward");

  /** Settings whose key is no name for people. Of others the key has spaces for its lines. */
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("data", "training data"),
          Map.entry("held_out_data", "held-out data"),
          Map.entry("held_out_loss", "held-out loss"),
          Map.entry("evaluation_batch_size", "batch size of evaluations"),
          Map.entry("evaluate_every", "steps between evaluations"),
          Map.entry("evaluation_batches", "batches of an evaluation"),
          Map.entry("micro_batches", "smaller batches of a step"),
          Map.entry("grown_warmup", "warm-up after growing"),
          Map.entry("to_the_end", "trained to the end"),
          Map.entry("source_parameters", "parameters of the source"),
          Map.entry("peak", "highest rate"),
          Map.entry("floor", "lowest rate"),
          Map.entry("warmup", "warm-up"),
          Map.entry("max_gradient_norm", "largest gradient norm"),
          Map.entry("sha256", "SHA-256 of all of them"),
          Map.entry("sha256_of_a_sample", "SHA-256 of the first four batches"),
          Map.entry("ligo", "version of ligo"),
          Map.entry("java", "version of Java"));

  /** Settings that are said without a name. */
  private static final Set<String> NAMELESS = Set.of("names", "decay", "kind");

  /** The length of a hash, and as much of it as tells it from others. */
  private static final int HASH = 64;

  private static final int SHOWN = 12;

  /** Returns the operations of a step, which are written down as three times the forward ones. */
  double stepFlops() {
    return results.counting().counted(results.settings().get("step_flops").number());
  }

  /** Returns each setting by its name. */
  Map<String, String> shown() {
    Map<String, String> m = new LinkedHashMap<>();
    results.settings().object().entrySet().stream()
        .filter(e -> !ELSEWHERE.contains(e.getKey()))
        .forEach(e -> m.put(name(e.getKey()), words(e.getValue())));
    m.put(
        "operations of a step",
        Tables.flops(stepFlops())
            + ", "
            + results.counting().timesForward()
            + " × the forward operations");
    m.put(
        "backend",
        Stream.concat(results.runs().stream(), running.stream())
            .map(ComparisonRun::machine)
            .filter(s -> !s.isEmpty())
            .distinct()
            .collect(Collectors.joining("; ")));
    return m;
  }

  private static String name(String key) {
    return NAMES.getOrDefault(key, key.replace('_', ' '));
  }

  /** Returns a value in words. */
  private static String words(JsonElement value) {
    if (value instanceof JsonObject o) {
      boolean nested = o.asMap().values().stream().anyMatch(JsonObject.class::isInstance);
      return o.entrySet().stream()
          .map(e -> named(e.getKey(), e.getValue()))
          .collect(Collectors.joining(nested ? "; " : ", "));
    }
    if (value instanceof JsonArray a) {
      return a.asList().stream().map(ComparisonSettings::words).collect(Collectors.joining(", "));
    }
    return value instanceof JsonPrimitive p ? word(p) : "none";
  }

  private static String named(String key, JsonElement value) {
    String words = words(value);
    return NAMELESS.contains(key)
        ? words
        : name(key) + (value instanceof JsonObject ? ": " : " ") + words;
  }

  private static String word(JsonPrimitive value) {
    if (value.isBoolean()) {
      return value.getAsBoolean() ? "yes" : "no";
    }
    if (value.isNumber()) {
      double number = value.getAsDouble();
      return number == Math.rint(number) ? Format.count((long) number) : Wording.number(number);
    }
    String text = value.getAsString();
    return text.matches("[0-9a-f]{" + HASH + "}") ? text.substring(0, SHOWN) + "…" : text;
  }
}
