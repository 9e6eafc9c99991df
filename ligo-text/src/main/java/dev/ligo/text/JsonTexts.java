package dev.ligo.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.ligo.api.CancelledException;
import dev.ligo.core.data.Columns;
import dev.ligo.core.data.DataException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipException;

/** Labelled texts as JSON objects with a key for each of text and label. */
final class JsonTexts {
  /** Where in what it reads Gson says that something is wrong. */
  private static final Pattern PLACE = Pattern.compile("line (\\d+) (column (\\d+))");

  /** What Python's {@code json} writes of numbers that JSON does not have. */
  private static final Pattern PYTHON = Pattern.compile("-?Infinity|NaN");

  private final Path path;
  private final String unit;
  private final Columns wanted;
  private final LabelledTexts into;
  private Optional<Keys> keys = Optional.empty();
  private long number;

  private record Keys(String text, String label) {}

  private JsonTexts(Path path, String unit, Columns wanted, LabelledTexts into) {
    this.path = path;
    this.unit = unit;
    this.wanted = wanted;
    this.into = into;
  }

  /** Reads a file with an object on each line. */
  static void lines(Path path, Columns wanted, LabelledTexts into) {
    JsonTexts texts = new JsonTexts(path, "line", wanted, into);
    try (BufferedReader reader = TextFile.reader(path)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        texts.number++;
        if (!line.isBlank()) {
          texts.line(line);
        }
      }
    } catch (IOException e) {
      throw TextDecoding.unreadable(path, e, texts.number);
    }
  }

  private void line(String line) {
    try (JsonReader json = strict(new StringReader(line))) {
      JsonElement element = JsonParser.parseReader(json);
      if (json.peek() != JsonToken.END_DOCUMENT) {
        throw new JsonParseException("more follows");
      }
      take(element);
    } catch (IOException | JsonParseException e) {
      throw malformed(e);
    }
  }

  /** Reads a file with one array of objects. */
  static void array(Path path, Columns wanted, LabelledTexts into) {
    JsonTexts texts = new JsonTexts(path, "entry", wanted, into);
    try (BufferedReader reader = TextFile.reader(path);
        JsonReader json = strict(reader)) {
      texts.number++;
      json.beginArray();
      while (json.hasNext()) {
        texts.take(JsonParser.parseReader(json));
        texts.number++;
      }
      json.endArray();
      if (json.peek() != JsonToken.END_DOCUMENT) {
        throw new JsonParseException("more follows");
      }
    } catch (IOException | JsonParseException | IllegalStateException e) {
      throw texts.malformed(e);
    }
  }

  private static JsonReader strict(Reader reader) {
    JsonReader json = new JsonReader(reader);
    json.setStrictness(Strictness.STRICT);
    return json;
  }

  private String reading() {
    return "reading labelled texts from " + path + ", " + unit + " " + number + ": ";
  }

  private DataException malformed(Exception e) {
    CancelledException.throwIfInterrupted("reading " + path);
    if (e instanceof CharacterCodingException || e instanceof ZipException) {
      return TextDecoding.unreadable(path, (IOException) e, number - 1);
    }
    Matcher place = PLACE.matcher(String.valueOf(e.getMessage()));
    if (!place.find()) {
      return new DataException(
          reading() + "expected " + expected() + ", found something else; is it cut off?", e);
    }
    boolean own = unit.equals("line"); // and read as if it were the only one
    String at = " at " + place.group(own ? 2 : 0);
    long line = own ? number : Long.parseLong(place.group(1));
    return new DataException(
        python(line, Integer.parseInt(place.group(3)))
            .map(
                found ->
                    reading()
                        + "found "
                        + found
                        + at
                        + ", which Python writes and JSON does not have; write a number or a text,"
                        + " or leave the key out.")
            .orElseGet(
                () ->
                    reading()
                        + "expected "
                        + expected()
                        + ", found something else"
                        + at
                        + "; is it cut off?"),
        e);
  }

  /** Returns the number that stands at a place of the file, if it is one that only Python has. */
  private Optional<String> python(long line, int column) {
    try (BufferedReader reader = TextFile.reader(path)) {
      return reader
          .lines()
          .skip(line - 1)
          .findFirst()
          .map(PYTHON::matcher)
          .filter(m -> column <= m.regionEnd() && m.region(column - 1, m.regionEnd()).lookingAt())
          .map(Matcher::group);
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty(); // the line was read a moment ago
    }
  }

  private String expected() {
    return unit.equals("line") ? "a JSON object on each line" : "an array of JSON objects";
  }

  private void take(JsonElement element) {
    if (!element.isJsonObject()) {
      throw new DataException(
          reading() + "expected " + expected() + ", found " + kind(element) + ".");
    }
    JsonObject object = element.getAsJsonObject();
    if (keys.isEmpty()) {
      List<String> names = List.copyOf(object.keySet());
      TextColumns c = TextColumns.named(names, wanted, "key", reading());
      Keys found = new Keys(names.get(c.text()), names.get(c.label()));
      into.note(path, wanted, found.text(), found.label());
      keys = Optional.of(found);
    }
    Keys k = keys.orElseThrow();
    into.add(value(object, k.text()), value(object, k.label()), reading());
  }

  private static String kind(JsonElement element) {
    if (element.isJsonArray()) {
      return "an array";
    }
    return element.isJsonNull() ? "null" : "a text, number or truth value";
  }

  private String value(JsonObject object, String key) {
    JsonElement value = object.get(key);
    if (value == null || !value.isJsonPrimitive()) {
      throw new DataException(
          reading()
              + "expected a text or a number under '"
              + key
              + "', found "
              + (value == null ? "no such key" : value.isJsonNull() ? "null" : "an array or object")
              + ".");
    }
    return value.getAsString();
  }
}
