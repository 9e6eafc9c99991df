package dev.ligo.cli.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The options of a command line by their names, each with the words that were given to it. */
final class OptionWords {
  private final Map<String, List<List<String>>> options;

  private OptionWords(Map<String, List<List<String>>> options) {
    this.options = options;
  }

  /** Splits words: an option takes those after it up to the next, or what follows its '='. */
  static OptionWords parse(List<String> words) {
    Map<String, List<List<String>>> options = new LinkedHashMap<>();
    List<String> values = new ArrayList<>();
    for (String w : words) {
      if (w.matches("--?[A-Za-z].*")) {
        int equals = w.indexOf('=');
        values = new ArrayList<>(equals < 0 ? List.of() : List.of(w.substring(equals + 1)));
        options
            .computeIfAbsent(equals < 0 ? w : w.substring(0, equals), n -> new ArrayList<>())
            .add(values);
      } else {
        values.add(w);
      }
    }
    return new OptionWords(options);
  }

  /** Returns whether an option was given. */
  boolean has(String name) {
    return options.containsKey(name);
  }

  /** Returns all words given to an option. */
  List<String> values(String name) {
    return options.getOrDefault(name, List.of()).stream().flatMap(List::stream).toList();
  }

  /** Returns the first word given to an option. */
  Optional<String> value(String name) {
    return values(name).stream().findFirst();
  }

  /** Returns these options, and others where these say nothing. */
  OptionWords over(OptionWords others) {
    Map<String, List<List<String>>> all = new LinkedHashMap<>(others.options);
    all.putAll(options);
    return new OptionWords(all);
  }

  /** Returns these without an option. */
  OptionWords without(String name) {
    Map<String, List<List<String>>> rest = new LinkedHashMap<>(options);
    rest.remove(name);
    return new OptionWords(rest);
  }

  /** Returns these, of one option only those of its uses whose first word is wanted. */
  OptionWords keeping(String name, Predicate<String> wanted) {
    Map<String, List<List<String>>> rest = new LinkedHashMap<>(options);
    rest.computeIfPresent(
        name, (n, uses) -> uses.stream().filter(values -> wanted.test(values.get(0))).toList());
    return new OptionWords(rest);
  }

  /** Returns one of these options, or none. */
  OptionWords only(String name) {
    Map<String, List<List<String>>> one = new LinkedHashMap<>(options);
    one.keySet().retainAll(List.of(name));
    return new OptionWords(one);
  }

  /** Returns the words again. */
  List<String> words() {
    List<String> words = new ArrayList<>();
    options.forEach(
        (name, uses) ->
            uses.forEach(
                values -> {
                  words.add(name);
                  words.addAll(values);
                }));
    return words;
  }
}
