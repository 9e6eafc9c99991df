package dev.ligo.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.core.data.Columns;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.Documents;
import dev.ligo.core.data.ProgressListener;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextDecodingTest {
  private static final String POINTER =
      "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";

  @TempDir Path directory;

  private List<String> read(byte[] bytes, Documents documents) throws IOException {
    Path file = Files.write(directory.resolve("text.txt"), bytes);
    List<String> pieces = new ArrayList<>();
    TextFile.read(
        file,
        documents,
        Cuts.AT_WHITE_SPACE,
        n -> {},
        new TextFile.Sink() {
          @Override
          public void piece(String text) {
            pieces.add(text);
          }

          @Override
          public void endOfDocument() {}
        });
    return pieces;
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
  void readsTextByItsByteOrderMark(String charset) throws IOException {
    byte[] bytes = "\uFEFFgrößer 模型 \uD83D\uDE00\nb".getBytes(Charset.forName(charset));
    assertThat(read(bytes, Documents.BLANK_LINE)).containsExactly("größer 模型 \uD83D\uDE00", "\nb");
  }

  @Test
  void readsTablesByTheirByteOrderMark() throws IOException {
    byte[] bytes = "\uFEFFtext;label\r\ngrün;a\r\nrot;b\r\n".getBytes(StandardCharsets.UTF_16LE);
    Path file = Files.write(directory.resolve("a.csv"), bytes);
    LabelledTexts texts =
        LabelledTexts.read(List.of(file), Columns.DEFAULT, ProgressListener.SILENT);
    assertThat(texts.size()).isEqualTo(2);
    assertThat(new String(texts.content(0), StandardCharsets.UTF_8)).isEqualTo("grün");
    assertThat(texts.label(1)).isEqualTo("b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-32LE", "UTF-32BE"})
  void refusesUtf32ByItsName(String charset) {
    byte[] bytes = "\uFEFFtext".getBytes(Charset.forName(charset));
    assertRefused(bytes, "expected UTF-8 or UTF-16, found UTF-32");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE"})
  void refusesUtf16WithoutAByteOrderMark(String charset) {
    assertRefused("some text".getBytes(Charset.forName(charset)), "UTF-16 without a byte-order");
  }

  @Test
  void refusesUtf16ThatIsCutOff() {
    byte[] bytes = "\uFEFFa\nb".getBytes(StandardCharsets.UTF_16BE);
    assertRefused(Arrays.copyOf(bytes, bytes.length - 1), "expected UTF-16, as its byte-order");
  }

  @Test
  void readsAByteOrderMarkAloneAsNoText() {
    assertRefused(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}, "the file has no text");
    assertRefused(new byte[] {(byte) 0xFF, (byte) 0xFE}, "the file has no text");
  }

  @ParameterizedTest
  @EnumSource(Documents.class)
  void namesAGitLfsPointerInThePlaceOfText(Documents documents) {
    assertThatThrownBy(() -> read(POINTER.getBytes(StandardCharsets.UTF_8), documents))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("text.txt: this is a Git LFS pointer");
  }

  @Test
  void namesAGitLfsPointerInThePlaceOfTablesTokenizersAndCompressedFiles() {
    for (String name : List.of("a.csv", "a.tsv", "a.txt", "a.jsonl", "a.json", "a.csv.gz")) {
      Path file = TinyText.write(directory.resolve(name), POINTER);
      assertThatThrownBy(
              () -> LabelledTexts.read(List.of(file), Columns.DEFAULT, ProgressListener.SILENT))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(name + ": this is a Git LFS pointer");
    }
    Path file = TinyText.write(directory.resolve("tokenizer.json"), POINTER);
    assertThatThrownBy(() -> TokenizerFile.read(file))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("tokenizer.json: this is a Git LFS pointer");
  }

  @Test
  void cutsAFileThatIsOneDocumentSoThatItsPiecesAreItsText() throws IOException {
    String text = "  a\n\n\nb  \n c" + "d".repeat(3 * TextFile.MAX_PIECE) + " \n\n";
    List<String> pieces = read(text.getBytes(StandardCharsets.UTF_8), Documents.FILE);
    assertThat(String.join("", pieces)).isEqualTo(text);
    assertThat(pieces).startsWith("  a", "\n\n\nb");
    assertThat(pieces).allMatch(p -> p.length() <= TextFile.MAX_PIECE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r\n", "\r"})
  void readsOtherEndsOfLinesOfAFileThatIsOneDocumentAsLineFeeds(String end) throws IOException {
    byte[] bytes = "a\n\nb\n".replace("\n", end).getBytes(StandardCharsets.UTF_8);
    assertThat(read(bytes, Documents.FILE)).containsExactly("a", "\n\nb", "\n");
  }

  private void assertRefused(byte[] bytes, String words) {
    assertThatThrownBy(() -> read(bytes, Documents.BLANK_LINE))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(words);
  }
}
