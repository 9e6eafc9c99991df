package dev.ligo.core;

import com.google.gson.JsonObject;
import dev.ligo.api.LigoException;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.checkpoint.Partial;
import dev.ligo.core.train.TrainingDirectory;
import dev.ligo.core.train.TrainingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Metrics as TensorBoard reads them: a file of records, each an {@code Event} in protobuf between
 * its length and its checksums. The numbers of fields are those of {@code event.proto} and {@code
 * summary.proto}.
 */
final class EventFile implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(EventFile.class);

  private static final int WALL_TIME = 1;
  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int SESSION_LOG = 7;
  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;
  private static final int STATUS = 1;
  private static final int START = 1;

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private static final int MASK = 0xa282ead8;
  private static final int ROTATION = 15;

  /** What the names of all files of events begin with. */
  private static final String PREFIX = "events.out.tfevents.";

  /** The file beside the metrics of a model. */
  static final String BESIDE = PREFIX + "0.ligo";

  /** What stands in each line beside metrics. */
  private static final String SECONDS = "seconds";

  private static final String STEPS = "step";

  /** What each file begins with. */
  private static final byte[] VERSION = text(FILE_VERSION, "brain.Event:2");

  private final Path file;
  private final OutputStream out;
  private final Clock clock;

  private EventFile(Path file, OutputStream out, Clock clock) {
    this.file = file;
    this.out = out;
    this.clock = clock;
  }

  /**
   * Refuses a directory without a name, or in a checkpoint, or in what is the run's own: the
   * destination, and where its state stands.
   *
   * @param destination the directory that the run is to write
   * @throws TrainingException if it is one
   */
  static void requireUsable(Path directory, Path destination) {
    if (directory.toString().isBlank()) {
      throw new TrainingException("the directory for events has no name; give it one.");
    }
    for (Path above = whole(directory); above != null; above = above.getParent()) {
      if (HuggingFaceDirectory.isCheckpoint(above)) {
        throw new TrainingException(
            "the events would stand in "
                + above
                + ", which holds a model and stays as it is; name a directory outside of it.");
      }
    }
    Path beside = TrainingDirectory.beside(destination);
    for (Path own : List.of(destination, beside)) {
      if (whole(directory).startsWith(whole(own))) {
        throw new TrainingException(
            "the events would stand in "
                + own
                + ", which is "
                + (own.equals(beside) ? "removed" : "written")
                + " when the run is done; name a directory outside of it.");
      }
    }
  }

  /** Returns whether a directory has events of a run. */
  private static boolean areIn(Path directory) {
    String[] names = directory.toFile().list();
    return names != null && Stream.of(names).anyMatch(n -> n.startsWith(PREFIX));
  }

  /** Returns a path without the links of what is there of it. */
  private static Path whole(Path path) {
    Path all = path.toAbsolutePath().normalize();
    Path there = all;
    while (!Files.exists(there)) {
      there = there.getParent();
    }
    try {
      return there.toRealPath().resolve(there.relativize(all)).normalize();
    } catch (IOException e) {
      return all; // what cannot be looked into is taken as it is named
    }
  }

  /**
   * Returns what a file holds that tells of a whole run.
   *
   * @param lines its metrics, one line or more
   * @param end when the last of them was written
   */
  static byte[] of(List<JsonObject> lines, Instant end) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    double begun = seconds(end) - lines.get(lines.size() - 1).get(SECONDS).getAsDouble();
    all.writeBytes(record(VERSION, 0, begun));
    for (JsonObject line : lines) {
      double time = begun + line.get(SECONDS).getAsDouble();
      all.writeBytes(record(summary(line), line.get(STEPS).getAsLong(), time));
    }
    return all.toByteArray();
  }

  private static double seconds(Instant time) {
    return time.toEpochMilli() / 1e3;
  }

  /**
   * Begins a file in a directory, which is created if it is not there.
   *
   * @param after the step after which a run is continued: what other files there say of later steps
   *     counts no more
   * @throws TrainingException if it cannot be written to
   */
  static EventFile create(Path directory, Clock clock, OptionalLong after) {
    try {
      Files.createDirectories(directory);
      if (after.isPresent() && !areIn(directory)) {
        LOGGER.warn(
            "the events go on in {}, which has none of the steps up to {}.",
            directory,
            after.getAsLong());
      }
      EventFile events = create(directory, clock);
      events.write(VERSION, 0);
      if (after.isPresent()) {
        events.write(message(SESSION_LOG, number(STATUS, START)), after.getAsLong() + 1);
      }
      return events;
    } catch (IOException e) {
      throw new TrainingException(
          "cannot write events to "
              + directory
              + ": "
              + Partial.reason(e)
              + "; name another directory.",
          e);
    }
  }

  private static EventFile create(Path directory, Clock clock) throws IOException {
    String name = PREFIX + clock.instant().getEpochSecond() + ".ligo.";
    int number = 0;
    while (true) {
      Path file = directory.resolve(name + number);
      try {
        OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW);
        return new EventFile(file, out, clock);
      } catch (FileAlreadyExistsException e) {
        number++; // that one is of another run, which began in the same second
      }
    }
  }

  /**
   * Writes a line of metrics: those of an evaluation as {@code eval/NAME}, others as {@code
   * train/NAME}, under the names of the Trainer of {@code transformers}.
   */
  void write(JsonObject line) {
    try {
      write(summary(line), line.get(STEPS).getAsLong());
    } catch (IOException e) {
      throw new TrainingException("cannot write " + file + ": " + LigoException.reason(e) + ".", e);
    }
  }

  private void write(byte[] what, long step) throws IOException {
    out.write(record(what, step, seconds(clock.instant())));
  }

  private static byte[] summary(JsonObject line) {
    ByteArrayOutputStream values = new ByteArrayOutputStream();
    for (String key : line.keySet()) {
      if (!key.equals(STEPS) && !key.equals(SECONDS)) {
        String tag =
            key.startsWith(TrainingDirectory.EVALUATED)
                ? "eval/" + TrainerNames.of(key.substring(TrainingDirectory.EVALUATED.length()))
                : "train/" + TrainerNames.of(key);
        float value = line.get(key).getAsFloat();
        values.writeBytes(message(VALUE, concat(text(TAG, tag), number(SIMPLE_VALUE, value))));
      }
    }
    return message(SUMMARY, values.toByteArray());
  }

  /**
   * Returns an event between its length and its checksums.
   *
   * @param seconds the time, since 1970
   */
  private static byte[] record(byte[] what, long step, double seconds) {
    byte[] time = bytes(8).putDouble(seconds).array();
    byte[] event = concat(concat(tag(WALL_TIME, FIXED64), time), concat(number(STEP, step), what));
    byte[] length = bytes(8).putLong(event.length).array();
    return concat(concat(length, checksum(length)), concat(event, checksum(event)));
  }

  /** Returns a checksum of data that may hold checksums: rotated, with a constant added. */
  private static byte[] checksum(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data);
    return bytes(4).putInt(Integer.rotateRight((int) crc.getValue(), ROTATION) + MASK).array();
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] tag(int field, int type) {
    return varint(((long) field << 3) | type);
  }

  private static byte[] number(int field, long value) {
    return concat(tag(field, VARINT), varint(value));
  }

  private static byte[] number(int field, float value) {
    return concat(tag(field, FIXED32), bytes(4).putFloat(value).array());
  }

  private static byte[] text(int field, String value) {
    return message(field, value.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] message(int field, byte[] content) {
    return concat(tag(field, BYTES), concat(varint(content.length), content));
  }

  private static byte[] varint(long value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    long left = value;
    for (; (left & ~0x7fL) != 0; left >>>= 7) {
      bytes.write((int) ((left & 0x7f) | 0x80));
    }
    bytes.write((int) left);
    return bytes.toByteArray();
  }

  private static byte[] concat(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  /** Ends the file. A run does not end for that it cannot be: see {@link Trace}. */
  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      LOGGER.warn("{} may lack its last events: {}.", file, LigoException.reason(e));
    }
  }
}
