package dev.ligo.core.checkpoint;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where everything stands in a safetensors file that is to be written. As in the format's reference
 * implementation, tensors of larger elements come first and those of one type are sorted by name,
 * and the header is padded to a multiple of 8 bytes: every tensor is aligned.
 *
 * @param header the length and the JSON of the header, at the start of the file
 * @param offsets the first byte in the file of each tensor, by name
 * @param size the size of the file in bytes
 */
record SafetensorsLayout(ByteBuffer header, Map<String, Long> offsets, long size) {

  /**
   * Lays out a file; the same tensors and metadata always give the same bytes.
   *
   * @param file the file, for messages
   * @throws CheckpointException if the header would exceed the format's limit, or a name is not
   *     allowed
   */
  static SafetensorsLayout of(
      Path file, Map<String, FileSpec> tensors, Map<String, String> metadata) {
    if (tensors.containsKey(HeaderParser.METADATA)) {
      throw new CheckpointException(
          file, "no tensor may be named '" + HeaderParser.METADATA + "'; the format keeps it.");
    }
    List<Map.Entry<String, FileSpec>> inOrder =
        tensors.entrySet().stream()
            .sorted(
                Map.Entry.<String, FileSpec>comparingByValue(
                        Comparator.comparing(FileSpec::dtype).reversed())
                    .thenComparing(Map.Entry.comparingByKey()))
            .toList();
    ByteBuffer header = encode(file, json(inOrder, new TreeMap<>(metadata)));
    Map<String, Long> offsets = new HashMap<>();
    long position = header.remaining();
    for (Map.Entry<String, FileSpec> tensor : inOrder) {
      offsets.put(tensor.getKey(), position);
      position += tensor.getValue().bytes();
    }
    return new SafetensorsLayout(header, offsets, position);
  }

  private static String json(
      List<Map.Entry<String, FileSpec>> tensors, Map<String, String> metadata) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.beginObject();
      if (!metadata.isEmpty()) {
        json.name(HeaderParser.METADATA).beginObject();
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.name(entry.getKey()).value(entry.getValue());
        }
        json.endObject();
      }
      long offset = 0;
      for (Map.Entry<String, FileSpec> tensor : tensors) {
        FileSpec spec = tensor.getValue();
        json.name(tensor.getKey()).beginObject();
        json.name("dtype").value(spec.dtype().name());
        json.name("shape").beginArray();
        for (int extent : spec.shape().dims()) {
          json.value(extent);
        }
        json.endArray();
        json.name("data_offsets").beginArray().value(offset);
        offset += spec.bytes();
        json.value(offset).endArray().endObject();
      }
      json.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.toString();
  }

  private static ByteBuffer encode(Path file, String json) {
    ByteBuffer text;
    try {
      text = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(json));
    } catch (CharacterCodingException e) {
      throw new CheckpointException(
          file, "a name or the metadata holds half of a surrogate pair, which no file can.", e);
    }
    int padded = (text.remaining() + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
    if (padded > SafetensorsHeader.MAX_LENGTH) {
      throw new CheckpointException(
          file,
          "the names and the metadata take "
              + padded
              + " bytes; a header has at most "
              + SafetensorsHeader.MAX_LENGTH
              + ".");
    }
    ByteBuffer header = ByteBuffer.allocate(HeaderParser.START + padded);
    header.order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(text);
    while (header.hasRemaining()) {
      header.put((byte) ' ');
    }
    return header.flip();
  }
}
