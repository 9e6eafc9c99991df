package dev.ligo.it.bench;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a step spent its time, from a trace that torch wrote in Chrome's format.
 *
 * @param milliseconds the time from its first operation to its last
 * @param kinds the milliseconds of each kind of operation, without the operations that it calls;
 *     what ran outside of any is of the rest
 */
record Profile(double milliseconds, Map<Profile.Kind, Double> kinds) {
  /** The kinds of operations. */
  enum Kind {
    PRODUCTS("products and attention"),
    OPTIMIZER("AdamW"),
    REST("all else");

    final String title;

    Kind(String title) {
      this.title = title;
    }

    private static Kind of(String operation) {
      if (operation.contains("mm")
          || operation.contains("linear")
          || operation.contains("scaled_dot_product")
          || operation.contains("convolution")) {
        return PRODUCTS;
      }
      return operation.contains("adamw") ? OPTIMIZER : REST;
    }
  }

  /** An operation that ran, with those that it called within it; times in microseconds. */
  private record Span(String name, double begin, double length) {
    double end() {
      return begin + length;
    }
  }

  /** Reads a trace. */
  static Profile read(Path trace) {
    Map<Integer, List<Span>> threads = new TreeMap<>();
    for (JsonElement event : events(trace)) {
      JsonObject e = event.getAsJsonObject();
      boolean ran = e.has("ph") && e.get("ph").getAsString().equals("X");
      boolean operation = !e.has("cat") || e.get("cat").getAsString().equals("cpu_op");
      if (ran && operation) {
        threads
            .computeIfAbsent(e.get("tid").getAsInt(), tid -> new ArrayList<>())
            .add(
                new Span(
                    e.get("name").getAsString(),
                    e.get("ts").getAsDouble(),
                    e.get("dur").getAsDouble()));
      }
    }
    Map<Kind, Double> sums = new EnumMap<>(Kind.class);
    threads.values().forEach(spans -> add(spans, sums));
    List<Span> all = threads.values().stream().flatMap(List::stream).toList();
    double begin = all.stream().mapToDouble(Span::begin).min().orElseThrow();
    double end = all.stream().mapToDouble(Span::end).max().orElseThrow();
    double milliseconds = (end - begin) / 1e3;
    double known = sums.getOrDefault(Kind.PRODUCTS, 0.0) + sums.getOrDefault(Kind.OPTIMIZER, 0.0);
    sums.put(Kind.REST, milliseconds - known);
    return new Profile(milliseconds, sums);
  }

  private static JsonArray events(Path trace) {
    try (Reader reader = Files.newBufferedReader(trace)) {
      JsonElement all = JsonParser.parseReader(reader);
      return all.isJsonArray()
          ? all.getAsJsonArray()
          : all.getAsJsonObject().getAsJsonArray("traceEvents");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds the times of a thread's operations, each without those that it calls. */
  private static void add(List<Span> spans, Map<Kind, Double> sums) {
    spans.sort(
        Comparator.comparingDouble(Span::begin)
            .thenComparing(Comparator.comparingDouble(Span::length).reversed()));
    Deque<Span> open = new ArrayDeque<>();
    for (Span span : spans) {
      while (!open.isEmpty() && open.peek().end() <= span.begin()) {
        open.pop();
      }
      if (!open.isEmpty()) {
        sums.merge(Kind.of(open.peek().name()), -span.length() / 1e3, Double::sum);
      }
      sums.merge(Kind.of(span.name()), span.length() / 1e3, Double::sum);
      open.push(span);
    }
  }
}
