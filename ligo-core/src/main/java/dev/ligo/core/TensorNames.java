package dev.ligo.core;

import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The tensors of a checkpoint under the names that the model itself gives them, without those of
 * modules that only wrapped it in training.
 *
 * @param stored the names in the files, by the names without wrappers
 * @param prefix what was taken off the beginning of names
 * @param wrappers all that was taken off
 */
record TensorNames(SortedMap<String, String> stored, String prefix, Set<String> wrappers) {
  /** What torch.compile, FSDP and Lightning put anywhere in a name, and no model does. */
  private static final Pattern INNER =
      Pattern.compile(
          "(?<![^.])(_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module|_forward_module)\\.");

  /** What data parallelism and training loops put before names, and some models do, too. */
  private static final Pattern OUTER = Pattern.compile("(?:module|model)\\.");

  /** Returns the ways to take wrappers off, the fewest first. */
  static List<TensorNames> readings(HuggingFaceDirectory directory) {
    Set<String> prefixes = new TreeSet<>(); // a prefix sorts before what it is continued by
    prefixes.add("");
    for (String name : directory.tensors().keySet()) {
      String rest = INNER.matcher(name).replaceAll("");
      Matcher outer = OUTER.matcher(rest);
      int end = 0;
      while (outer.region(end, rest.length()).lookingAt()) {
        end = outer.end();
        prefixes.add(rest.substring(0, end));
      }
    }
    List<TensorNames> readings = new ArrayList<>();
    prefixes.forEach(p -> without(p, directory).ifPresent(readings::add));
    if (readings.isEmpty()) {
      throw new CheckpointException(
          directory.path(),
          "holds tensors whose names differ only in what wrapped the model, such as '_orig_mod.';"
              + " remove one of each two.");
    }
    return readings;
  }

  /** Returns a reading, if no two names become one. */
  private static Optional<TensorNames> without(String prefix, HuggingFaceDirectory directory) {
    SortedMap<String, String> stored = new TreeMap<>();
    Set<String> wrappers = new TreeSet<>();
    if (!prefix.isEmpty()) {
      wrappers.add(prefix);
    }
    for (String name : directory.tensors().keySet()) {
      INNER.matcher(name).results().forEach(m -> wrappers.add(m.group()));
      if (stored.put(clean(name, prefix), name) != null) {
        return Optional.empty();
      }
    }
    return Optional.of(new TensorNames(stored, prefix, wrappers));
  }

  private static String clean(String name, String prefix) {
    String rest = INNER.matcher(name).replaceAll("");
    return rest.startsWith(prefix) ? rest.substring(prefix.length()) : rest;
  }

  /** Returns a name without what is taken off. */
  String clean(String name) {
    return clean(name, prefix);
  }

  /** Returns what its user should know. */
  Optional<String> note() {
    return wrappers.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "the tensors are named as of a wrapped model; "
                + wrappers.stream().map(w -> "'" + w + "'").collect(Collectors.joining(" and "))
                + (wrappers.size() == 1 ? " is" : " are")
                + " taken off");
  }
}
