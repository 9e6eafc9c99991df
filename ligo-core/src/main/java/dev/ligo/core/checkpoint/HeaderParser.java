package dev.ligo.core.checkpoint;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.ligo.api.Shape;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Reads the JSON of a safetensors header. It checks every entry by itself; how the entries fit the
 * file and each other is left to {@link SafetensorsHeader}.
 */
final class HeaderParser {
  static final String METADATA = "__metadata__";

  /** The header's first byte in the file; its length stands before it. */
  static final int START = Long.BYTES;

  private static final int MAX_RANK = 64;

  /** A tensor as the header declares it; the offsets count from the first byte of data. */
  record Declared(FileSpec spec, long begin, long end) {}

  /** What reads the value of one key of an object. */
  private interface Member {
    void read(String key) throws IOException;
  }

  private final Path file;
  private final HeaderText text;
  private final JsonReader json;
  private final SortedMap<String, String> metadata = new TreeMap<>();
  private final Map<String, Declared> tensors = new HashMap<>();

  private HeaderParser(Path file, ByteBuffer header) {
    this.file = file;
    this.text = new HeaderText(header);
    this.json = new JsonReader(text);
    json.setStrictness(Strictness.STRICT);
  }

  /**
   * Reads a header.
   *
   * @param file the file, for messages
   * @param header the bytes of the header
   * @throws CheckpointException if it is no header
   */
  static HeaderParser parse(Path file, ByteBuffer header) {
    HeaderParser parser = new HeaderParser(file, header);
    try {
      parser.document();
    } catch (CharacterCodingException e) {
      throw new CheckpointException(file, "the header, " + parser.here() + ", is not UTF-8.", e);
    } catch (EOFException e) {
      throw new CheckpointException(
          file, "the header, " + parser.here() + ", ends inside its JSON.", e);
    } catch (IOException e) {
      throw new CheckpointException(file, "the header, " + parser.here() + ", is not JSON.", e);
    }
    return parser;
  }

  /** Returns the free-form metadata; empty where there is none. */
  SortedMap<String, String> metadata() {
    return metadata;
  }

  /** Returns what is declared of each tensor. */
  Map<String, Declared> tensors() {
    return tensors;
  }

  private void document() throws IOException {
    members("the header", this::topLevel);
    expect(JsonToken.END_DOCUMENT, "what follows the header's object");
  }

  private void topLevel(String key) throws IOException {
    if (key.equals(METADATA) && json.peek() == JsonToken.NULL) {
      json.nextNull(); // as if there were none
    } else if (key.equals(METADATA)) {
      members(METADATA, k -> metadata.put(k, string(METADATA + "." + Quoted.line(k))));
    } else {
      tensors.put(key, tensor("tensor " + Quoted.name(key)));
    }
  }

  private Declared tensor(String what) throws IOException {
    List<FileDType> dtype = new ArrayList<>(1);
    List<Shape> shape = new ArrayList<>(1);
    List<Long> offsets = new ArrayList<>(2);
    members(
        what,
        key -> {
          switch (key) {
            case "dtype" -> dtype.add(dtype(what));
            case "shape" -> shape.add(shape(what));
            case "data_offsets" -> offsets.addAll(wholeNumbers(what + ": data_offsets", 2));
            default -> json.skipValue();
          }
        });
    if (dtype.isEmpty() || shape.isEmpty() || offsets.size() != 2) {
      throw refusal(what + " needs a dtype, a shape and two data_offsets");
    }
    return new Declared(new FileSpec(dtype.get(0), shape.get(0)), offsets.get(0), offsets.get(1));
  }

  private FileDType dtype(String what) throws IOException {
    String name = string(what + ": dtype");
    return FileDType.named(name)
        .orElseThrow(
            () ->
                new CheckpointException(
                    file,
                    what
                        + " has the dtype "
                        + Quoted.name(name)
                        + ", which is not read; it should be one of "
                        + Arrays.stream(FileDType.values())
                            .map(FileDType::name)
                            .collect(Collectors.joining(", "))
                        + ". Store it in one of these, leave it out if it is no weight of the"
                        + " model, or take the checkpoint before it was quantized."));
  }

  private Shape shape(String what) throws IOException {
    List<Long> extents = wholeNumbers(what + ": shape", MAX_RANK);
    long size = 1;
    try {
      for (long extent : extents) {
        Math.toIntExact(extent);
        size = Math.multiplyExact(size, extent);
      }
      Math.multiplyExact(size, Double.BYTES);
    } catch (ArithmeticException e) {
      throw refusal(what + ": shape " + extents + " overflows");
    }
    return Shape.of(extents.stream().mapToInt(Math::toIntExact).toArray());
  }

  private List<Long> wholeNumbers(String what, int most) throws IOException {
    expect(JsonToken.BEGIN_ARRAY, what);
    json.beginArray();
    List<Long> numbers = new ArrayList<>();
    while (json.hasNext()) {
      if (numbers.size() == most) {
        throw refusal(what + " has more than " + most + " numbers");
      }
      numbers.add(wholeNumber(what));
    }
    json.endArray();
    return numbers;
  }

  private long wholeNumber(String what) throws IOException {
    expect(JsonToken.NUMBER, what);
    String literal = json.nextString();
    try {
      long number = Long.parseLong(literal);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw refusal(
          what + " holds " + Quoted.line(literal) + ", which is no whole number under 2^63");
    }
    throw refusal(what + " holds the negative number " + literal);
  }

  private String string(String what) throws IOException {
    expect(JsonToken.STRING, what);
    return json.nextString();
  }

  private void members(String what, Member member) throws IOException {
    expect(JsonToken.BEGIN_OBJECT, what);
    json.beginObject();
    Set<String> seen = new HashSet<>();
    while (json.hasNext()) {
      String key = json.nextName();
      if (!seen.add(key)) {
        throw refusal(what + " has the key " + Quoted.name(key) + " twice");
      }
      member.read(key);
    }
    json.endObject();
  }

  private void expect(JsonToken token, String what) throws IOException {
    JsonToken found = json.peek();
    if (found != token) {
      throw refusal(what + " should be " + words(token) + ", found " + words(found));
    }
  }

  private static String words(JsonToken token) {
    return switch (token) {
      case BEGIN_OBJECT -> "a JSON object";
      case BEGIN_ARRAY -> "an array";
      case END_DOCUMENT -> "nothing";
      default -> "a " + token.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    };
  }

  private CheckpointException refusal(String problem) {
    return new CheckpointException(file, problem + " (header, " + here() + ").");
  }

  private String here() {
    return "near byte " + (START + text.position());
  }
}
