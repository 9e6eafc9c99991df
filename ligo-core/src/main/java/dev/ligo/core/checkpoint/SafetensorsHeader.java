package dev.ligo.core.checkpoint;

import dev.ligo.core.data.GitLfs;
import dev.ligo.core.io.UninterruptedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The header of a safetensors file, checked: the tensors fill the file's data from its first byte
 * to its last without a gap and without an overlap.
 *
 * @param metadata the free-form metadata
 * @param specs what is known of each tensor, by name
 * @param offsets the first byte in the file of each tensor, by name
 */
record SafetensorsHeader(
    SortedMap<String, String> metadata,
    SortedMap<String, FileSpec> specs,
    Map<String, Long> offsets) {

  /** The longest header, in bytes; the limit of the format's reference implementation. */
  static final int MAX_LENGTH = 100_000_000;

  /**
   * Reads and checks the header of a file, and nothing else of it.
   *
   * @param file the file's name, for messages
   * @throws CheckpointException if the file is not a whole and valid safetensors file
   * @throws IOException if it cannot be read
   */
  static SafetensorsHeader read(UninterruptedFile channel, Path file) throws IOException {
    long fileSize = channel.size();
    int length = length(channel, file, fileSize);
    if (length == 0 || first(channel) != '{') {
      throw new CheckpointException(
          file,
          "the header, from byte "
              + HeaderParser.START
              + ", is not a JSON object; this is not a safetensors file.");
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    channel.fill(bytes, HeaderParser.START);
    HeaderParser parsed = HeaderParser.parse(file, bytes);
    long dataStart = (long) HeaderParser.START + length;
    new Layout(file, dataStart, fileSize).check(parsed.tensors());
    SortedMap<String, FileSpec> specs = new TreeMap<>();
    Map<String, Long> offsets = new TreeMap<>();
    parsed
        .tensors()
        .forEach(
            (name, tensor) -> {
              specs.put(name, tensor.spec());
              offsets.put(name, dataStart + tensor.begin());
            });
    return new SafetensorsHeader(
        Collections.unmodifiableSortedMap(parsed.metadata()),
        Collections.unmodifiableSortedMap(specs),
        Collections.unmodifiableMap(offsets));
  }

  private static byte first(UninterruptedFile channel) throws IOException {
    ByteBuffer first = ByteBuffer.allocate(1);
    channel.fill(first, HeaderParser.START);
    return first.get(0);
  }

  private static int length(UninterruptedFile channel, Path file, long fileSize)
      throws IOException {
    ByteBuffer start = ByteBuffer.allocate(GitLfs.LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    while (start.hasRemaining() && channel.read(start) >= 0) {}
    if (start.position() < HeaderParser.START) {
      throw new CheckpointException(
          file,
          "a safetensors file starts with 8 bytes of header length, this one ends after "
              + start.position()
              + "; it is truncated or something else.");
    }
    if (!start.hasRemaining() && GitLfs.isPointer(start.array())) {
      throw new CheckpointException(file, GitLfs.POINTER);
    }
    long length = start.getLong(0);
    if (length < 0 || length > MAX_LENGTH) {
      throw new CheckpointException(
          file,
          "the header length at byte 0 is "
              + Long.toUnsignedString(length)
              + ", more than the "
              + MAX_LENGTH
              + " bytes allowed; this is not a safetensors file.");
    }
    if (length > fileSize - HeaderParser.START) {
      throw new CheckpointException(
          file,
          "the header length at byte 0 is "
              + length
              + ", but only "
              + (fileSize - HeaderParser.START)
              + " bytes follow; the file is truncated: fetch it again.");
    }
    return (int) length;
  }

  /** Where a file's data starts and ends, in bytes from the file's start. */
  private record Layout(Path file, long start, long end) {

    void check(Map<String, HeaderParser.Declared> tensors) {
      List<Map.Entry<String, HeaderParser.Declared>> inOrder = new ArrayList<>(tensors.entrySet());
      inOrder.sort(
          Map.Entry.comparingByValue(
              Comparator.comparingLong(HeaderParser.Declared::begin)
                  .thenComparingLong(HeaderParser.Declared::end)));
      long position = 0;
      for (Map.Entry<String, HeaderParser.Declared> entry : inOrder) {
        String what = what(entry);
        HeaderParser.Declared tensor = entry.getValue();
        checkAlone(what, tensor);
        if (tensor.begin() < position) {
          throw refusal(
              what + " overlaps the tensor before it, which ends at " + at(position) + ".");
        }
        if (tensor.begin() > position) {
          throw refusal("no tensor takes the bytes from " + at(position) + " up to " + what + ".");
        }
        position = tensor.end();
      }
      if (position != end - start) {
        throw refusal(
            "the last tensor ends at "
                + at(position)
                + ", but the file goes on to byte "
                + end
                + "; no tensor takes the rest.");
      }
    }

    private void checkAlone(String what, HeaderParser.Declared tensor) {
      if (tensor.end() < tensor.begin()) {
        throw refusal(what + " ends before it begins.");
      }
      if (tensor.end() - tensor.begin() != tensor.spec().bytes()) {
        throw refusal(
            what
                + " is "
                + Quoted.line(tensor.spec().toString())
                + ", which takes "
                + tensor.spec().bytes()
                + " bytes, not "
                + (tensor.end() - tensor.begin())
                + ".");
      }
      if (tensor.end() > end - start) {
        throw refusal(
            what
                + " runs past the end of the file at byte "
                + end
                + "; it is truncated: fetch it again.");
      }
    }

    private static String what(Map.Entry<String, HeaderParser.Declared> entry) {
      HeaderParser.Declared tensor = entry.getValue();
      return "tensor "
          + Quoted.name(entry.getKey())
          + " with data_offsets ["
          + tensor.begin()
          + ", "
          + tensor.end()
          + "]";
    }

    /** Returns a place in the data, which offsets count from, and in the file. */
    private String at(long position) {
      return "offset " + position + " (byte " + (start + position) + ")";
    }

    private CheckpointException refusal(String problem) {
      return new CheckpointException(file, problem);
    }
  }
}
