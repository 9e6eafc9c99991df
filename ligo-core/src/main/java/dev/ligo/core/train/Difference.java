package dev.ligo.core.train;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.ligo.api.LigoException;
import dev.ligo.api.Wording;
import dev.ligo.core.checkpoint.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How two values of a run differ, in a few words: of objects, the keys with other values; of long
 * texts, the parts between what is the same at their beginning and at their end.
 */
final class Difference {
  /** As much of a hash as tells it from others. */
  private static final int HASH = 12;

  /** As much of a value as fits a line. */
  private static final int LONGEST = 120;

  /** The most keys of an object that are named. */
  private static final int MOST = 5;

  /** What ends a part of a text. */
  private static final String ENDS = ",;{}[]()";

  private Difference() {}

  /**
   * Returns the difference, as in "A, now B".
   *
   * @param before the value as it was, null if there was none
   * @param now the value as it is, null if there is none
   */
  static String of(@Nullable JsonElement before, @Nullable JsonElement now) {
    Optional<JsonObject> one = object(before);
    Optional<JsonObject> other = object(now);
    if (one.isPresent() && other.isPresent()) {
      return keys(one.get(), other.get());
    }
    String from = text(before);
    String to = text(now);
    int start = 0;
    int end = 0;
    if (Math.max(from.length(), to.length()) > LONGEST) {
      start = start(from, to);
      end = end(from.substring(start), to.substring(start));
    }
    return part(from, start, end) + ", now " + part(to, start, end);
  }

  /** Returns an object, which a value is or is the text of. */
  private static Optional<JsonObject> object(@Nullable JsonElement value) {
    if (value instanceof JsonObject o) {
      return Optional.of(o);
    }
    if (value instanceof JsonPrimitive p && p.isString() && p.getAsString().startsWith("{")) {
      try {
        return Optional.of(JsonValue.parse(p.getAsString(), TrainingException::new).object());
      } catch (LigoException e) {
        return Optional.empty(); // a text of another form
      }
    }
    return Optional.empty();
  }

  private static String keys(JsonObject before, JsonObject now) {
    Set<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(now.keySet());
    keys.removeIf(k -> Objects.equals(before.get(k), now.get(k)));
    List<String> named = new ArrayList<>();
    for (String key : keys.stream().limit(MOST).toList()) {
      named.add(key + " " + of(before.get(key), now.get(key)));
    }
    if (keys.size() > MOST) {
      named.add((keys.size() - MOST) + " more");
    }
    return String.join("; ", named);
  }

  private static String text(@Nullable JsonElement value) {
    if (value == null) {
      return "none";
    }
    return Wording.numbers(
        value instanceof JsonPrimitive p && p.isString() ? p.getAsString() : value.toString());
  }

  /** Returns where the first part begins that is not the same in both. */
  private static int start(String from, String to) {
    int same = 0;
    while (same < Math.min(from.length(), to.length()) && from.charAt(same) == to.charAt(same)) {
      same++;
    }
    int part = same;
    while (part > 0 && ENDS.indexOf(from.charAt(part - 1)) < 0) {
      part--;
    }
    return same - part < LONGEST / 2 ? part : same;
  }

  /** Returns the length of the last parts that are the same in both. */
  private static int end(String from, String to) {
    int least = Math.min(from.length(), to.length());
    int end = 0;
    for (int same = 1; same <= least; same++) {
      char c = from.charAt(from.length() - same);
      if (c != to.charAt(to.length() - same)) {
        break;
      }
      end = ENDS.indexOf(c) < 0 ? end : same;
    }
    return end;
  }

  private static String part(String text, int start, int end) {
    String part = text.substring(start, text.length() - end).strip();
    boolean hash = part.matches("[0-9a-f]{64}");
    int length = hash ? HASH : Math.min(part.length(), LONGEST);
    return (start > 0 ? "… " : "")
        + part.substring(0, length)
        + (length < part.length() || end > 0 ? "…" : "");
  }
}
