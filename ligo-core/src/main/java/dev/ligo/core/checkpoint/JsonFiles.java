package dev.ligo.core.checkpoint;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import dev.ligo.core.data.GitLfs;
import dev.ligo.core.io.RegularFile;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads and prints the JSON files of a checkpoint: strict JSON and, as Python writes them, the
 * numbers NaN, Infinity and -Infinity.
 */
final class JsonFiles {
  /** Far more than any config or index takes; a file beyond it is not read into memory. */
  private static final long MAX_BYTES = 100_000_000;

  /** Prints as the Python tools do: two spaces, every key, no escapes for HTML. */
  private static final Gson PRINTER =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

  private JsonFiles() {}

  /**
   * Reads an object; the literals of its numbers are kept as they are.
   *
   * @throws CheckpointException if there is no such file, or it is not one JSON object in UTF-8
   */
  static JsonObject read(Path file) {
    try (JsonReader json = new JsonReader(new StringReader(PythonNumbers.replaced(text(file))))) {
      json.setStrictness(Strictness.STRICT);
      return PythonNumbers.restored(read(file, json)).getAsJsonObject();
    } catch (IOException e) {
      throw CheckpointException.of(file, "cannot be read", e);
    }
  }

  private static String text(Path file) throws IOException {
    long bytes = Files.size(file);
    if (bytes > MAX_BYTES) {
      throw new CheckpointException(
          file, "has " + bytes + " bytes; at most " + MAX_BYTES + " are read.");
    }
    String text = RegularFile.text(file);
    if (GitLfs.isPointer(text)) {
      throw new CheckpointException(file, GitLfs.POINTER);
    }
    return text;
  }

  private static JsonObject read(Path file, JsonReader json) throws IOException {
    try {
      JsonElement document = JsonParser.parseReader(json);
      if (document.isJsonObject() && json.peek() == JsonToken.END_DOCUMENT) {
        return document.getAsJsonObject();
      }
    } catch (JsonParseException | MalformedJsonException e) {
      throw new CheckpointException(
          file, "is not JSON, at " + Quoted.line(json.getPath().replaceFirst("\\.$", "")) + ".", e);
    }
    throw new CheckpointException(file, "should hold one JSON object and nothing else.");
  }

  /** Returns the text of a JSON file: indented by two spaces, with a line feed at the end. */
  static String print(JsonObject object) {
    return PRINTER.toJson(object) + "\n";
  }
}
