package dev.ligo.core.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Optional;

/**
 * The numbers that Python's {@code json} writes and reads and JSON does not have. A strict reader
 * gets literals in their place that no program writes, of which {@link #restored} makes numbers.
 */
enum PythonNumbers {
  NEGATIVE_INFINITY("-Infinity", "-1E+2147483601", Double.NEGATIVE_INFINITY),
  INFINITY("Infinity", "1E+2147483601", Double.POSITIVE_INFINITY),
  NAN("NaN", "0E+2147483602", Double.NaN);

  private static final List<PythonNumbers> NUMBERS = List.of(values());

  private final String python;
  private final String literal;
  private final double value;

  PythonNumbers(String python, String literal, double value) {
    this.python = python;
    this.literal = literal;
    this.value = value;
  }

  /** Returns a JSON text with literals in the place of such numbers. */
  static String replaced(String text) {
    if (!text.contains(INFINITY.python) && !text.contains(NAN.python)) {
      return text;
    }
    StringBuilder json = new StringBuilder(text.length());
    boolean inside = false;
    int i = 0;
    while (i < text.length()) {
      int start = i;
      char c = text.charAt(i++);
      Optional<PythonNumbers> found = inside ? Optional.empty() : at(text, start);
      if (found.isPresent()) {
        json.append(found.get().literal);
        i = start + found.get().python.length();
      } else if (inside && c == '\\' && i < text.length()) {
        json.append(c).append(text.charAt(i++));
      } else {
        json.append(c);
        inside ^= c == '"';
      }
    }
    return json.toString();
  }

  private static Optional<PythonNumbers> at(String text, int start) {
    return NUMBERS.stream().filter(n -> text.startsWith(n.python, start)).findFirst();
  }

  /** Returns what was read of a {@link #replaced} text, with such numbers in their places. */
  static JsonElement restored(JsonElement read) {
    if (read instanceof JsonObject o) {
      o.entrySet().forEach(e -> e.setValue(restored(e.getValue())));
    } else if (read instanceof JsonArray a) {
      for (int i = 0; i < a.size(); i++) {
        a.set(i, restored(a.get(i)));
      }
    } else if (read instanceof JsonPrimitive p && p.isNumber()) {
      return NUMBERS.stream()
          .filter(n -> n.literal.equals(p.getAsString()))
          .findFirst()
          .map(n -> new JsonPrimitive(n.value))
          .orElse(p);
    }
    return read;
  }
}
