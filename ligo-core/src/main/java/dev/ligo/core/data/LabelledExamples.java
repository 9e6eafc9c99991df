package dev.ligo.core.data;

import dev.ligo.core.io.Hashes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Examples with the name of a class each. */
public interface LabelledExamples {
  /** {@return the number of examples} */
  int size();

  /**
   * {@return the name of an example's class}
   *
   * @param example the example's number, from 0
   */
  String label(int example);

  /**
   * {@return an example as bytes, not to be changed: a text in UTF-8, or an image's values from 0
   * to 255 as (channels, rows, columns)}
   *
   * @param example the example's number, from 0
   * @throws DataException if they cannot be read
   */
  byte[] content(int example);

  /**
   * {@return the SHA-256 of all examples with their classes, in lower-case hexadecimal}
   *
   * @param check called before each example; it ends the reading by an exception
   */
  default String sha256(Runnable check) {
    MessageDigest digest = Hashes.sha256();
    for (int i = 0; i < size(); i++) {
      check.run();
      digest.update(label(i).getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      byte[] content = content(i);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(content.length).flip());
      digest.update(content);
    }
    return Hashes.hex(digest);
  }

  /** {@return what their user should know of how they were read: columns that were not named} */
  default List<String> notes() {
    return List.of();
  }

  /**
   * {@return the names of the classes, in the order of numbers if all are such, else of letters}
   */
  default List<String> labels() {
    return ordered(IntStream.range(0, size()).mapToObj(this::label).distinct().toList());
  }

  /**
   * {@return names in their order: of numbers if all are such, else of letters}
   *
   * @param names the labels' names
   */
  static List<String> ordered(List<String> names) {
    boolean numbers = names.stream().allMatch(n -> n.matches("-?\\d{1,9}"));
    Comparator<String> order =
        numbers ? Comparator.comparing(Integer::valueOf) : Comparator.naturalOrder();
    return names.stream().sorted(order).toList();
  }

  /**
   * {@return some of the examples, by their numbers}
   *
   * @param chosen the numbers of the examples
   */
  default LabelledExamples only(int... chosen) {
    int[] numbers = chosen.clone();
    LabelledExamples all = this;
    return new LabelledExamples() {
      @Override
      public int size() {
        return numbers.length;
      }

      @Override
      public String label(int example) {
        return all.label(numbers[example]);
      }

      @Override
      public byte[] content(int example) {
        return all.content(numbers[example]);
      }
    };
  }
}
