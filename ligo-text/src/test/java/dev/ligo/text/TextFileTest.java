package dev.ligo.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.core.data.DataException;
import dev.ligo.core.data.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TextFileTest {
  private static final String END = "<end>";

  @TempDir Path directory;

  @Test
  void readsLinesAndEndsDocumentsAtBlankOnes() {
    assertThat(read("\n\na b\nc\n \t\n\nd")).containsExactly("a b", "\nc", END, "d", END);
  }

  @Test
  void readsLinesOfOtherSystems() {
    assertThat(read("\uFEFFa\r\nb\r\n\r\nc\r\n")).containsExactly("a", "\nb", END, "c", END);
  }

  @Test
  void readsCompressedText() throws IOException {
    Path file = TinyText.writeCompressed(directory.resolve("a.txt.gz"), "a\nb\n");
    List<Long> progress = new ArrayList<>();
    List<String> pieces = new ArrayList<>();
    TextFile.read(
        file, Documents.BLANK_LINE, Cuts.AT_WHITE_SPACE, progress::add, collector(pieces));
    assertThat(pieces).containsExactly("a", "\nb", END);
    assertThat(progress).last().isEqualTo(Files.size(file));
  }

  @Test
  void cutsLongLinesBeforeWhiteSpace() {
    String line = "word ".repeat(20_000).strip();
    List<String> pieces = read(line);
    assertThat(pieces).hasSize(5).last().isEqualTo(END);
    assertThat(pieces).allMatch(piece -> piece.length() <= TextFile.MAX_PIECE);
    assertThat(pieces.get(0)).endsWith("word");
    assertThat(pieces.get(1)).startsWith(" word");
    assertThat(String.join("", pieces.subList(0, 4))).isEqualTo(line);
  }

  @Test
  void cutsLongWordsBetweenCharacters() {
    String line = "a" + "\uD83D\uDE00".repeat(TextFile.MAX_PIECE);
    List<String> pieces = read(line);
    assertThat(String.join("", pieces)).isEqualTo(line + END);
    assertThat(pieces).noneMatch(piece -> Character.isLowSurrogate(piece.charAt(0)));
  }

  @Test
  void takesALongBlankLineForABlankOne() {
    assertThat(read("a\n" + " ".repeat(100_000) + "\nb")).containsExactly("a", END, "b", END);
    List<String> indented = read("a\n" + " ".repeat(100_000) + "b");
    assertThat(indented).hasSize(3).last().isEqualTo(END);
    assertThat(indented.get(1)).startsWith("\n").endsWith("b");
  }

  @Test
  void refusesOtherBytesThanUtf8AndSaysWhere() throws IOException {
    Path file = directory.resolve("latin.txt");
    Files.write(file, new byte[] {'a', '\n', 'b', (byte) 0xE9, ' ', 'c'});
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(file + ": expected UTF-8, found other bytes in line ")
        .hasMessageContaining("iconv");
  }

  @Test
  void refusesAFileWithoutText() {
    for (String text : List.of("", " \n\t\n")) {
      Path file = TinyText.write(directory.resolve("empty.txt"), text);
      assertThatThrownBy(() -> read(file))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(file + ": the file has no text");
    }
  }

  @Test
  void refusesBrokenCompression() throws IOException {
    Path plain = TinyText.write(directory.resolve("plain.txt.gz"), "a\n");
    Path whole = TinyText.writeCompressed(directory.resolve("cut.txt.gz"), TinyText.words(1000));
    byte[] bytes = Files.readAllBytes(whole);
    Files.write(whole, Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> read(plain))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(plain + ": it is damaged, or not compressed with gzip")
        .hasMessageNotContaining("Exception");
    assertThatThrownBy(() -> read(whole))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(whole + ": the data ends early")
        .hasMessageNotContaining("Exception");
  }

  @Test
  void refusesABinaryFileAsSuch() throws IOException {
    Path file = directory.resolve("picture.txt");
    Files.write(file, new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13});
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(file + ": expected text, found a binary file, such as an image")
        .hasMessageNotContaining("iconv");
  }

  private List<String> read(String text) {
    return read(TinyText.write(directory.resolve("text.txt"), text));
  }

  private static List<String> read(Path file) {
    List<String> pieces = new ArrayList<>();
    TextFile.read(file, Documents.BLANK_LINE, Cuts.AT_WHITE_SPACE, bytes -> {}, collector(pieces));
    return pieces;
  }

  private static TextFile.Sink collector(List<String> pieces) {
    return new TextFile.Sink() {
      @Override
      public void piece(String text) {
        pieces.add(text);
      }

      @Override
      public void endOfDocument() {
        pieces.add(END);
      }
    };
  }
}
