package dev.ligo.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import dev.ligo.api.CancelledException;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.Documents;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenCorpusTest {
  private static final int SEP = TinyText.SEP;

  @TempDir Path directory;
  private Path data;
  private Path cache;
  private TokenizerFile tokenizer;

  @BeforeEach
  void create() throws IOException {
    data = Files.createDirectory(directory.resolve("data"));
    cache = directory.resolve("cache").resolve("ids");
    tokenizer = TokenizerFile.read(TinyText.tokenizer(directory));
  }

  @Test
  void endsEachDocumentWithASeparator() {
    Path a = text("a.txt", "w1 w2\nw3\n\nw4\n\n\u0007\n\nw5");
    Path b = text("b.txt", "w6");
    assertThat(ids(open(a, b)))
        .containsExactly(id(1), id(2), id(3), SEP, id(4), SEP, id(5), SEP, id(6), SEP);
  }

  @Test
  void readsDirectoriesInTheOrderOfTheNamesBelowThem() throws IOException {
    Files.createDirectories(data.resolve("b"));
    text("c.TXT", "w3");
    text("b/z.txt", "w2");
    TinyText.writeCompressed(data.resolve("a.txt.gz"), "w1");
    text("notes.md", "w9");
    assertThat(ids(open(data))).containsExactly(id(1), SEP, id(2), SEP, id(3), SEP);
  }

  @Test
  void readsAFileOfAnyNameThatIsNamed() {
    assertThat(ids(open(text("wiki.raw", "w1")))).containsExactly(id(1), SEP);
  }

  @Test
  void keepsTheOrderOfAText() {
    int count = 300_000;
    int[] ids = ids(open(text("long.txt", TinyText.words(count))));
    assertThat(ids).hasSize(count + 1);
    assertThat(IntStream.range(0, count)).allMatch(i -> ids[i] == id(i % TinyText.WORDS));
  }

  @Test
  void tokenizesOnce() {
    Path file = text("a.txt", TinyText.words(500));
    List<Long> progress = new ArrayList<>();
    TokenCorpus first =
        TokenCorpus.open(
            List.of(file), tokenizer, SEP, cache, p -> progress.add(p.total() - p.step()));
    assertThat(progress).last().isEqualTo(0L);
    progress.clear();
    TokenCorpus second =
        TokenCorpus.open(List.of(file), tokenizer, SEP, cache, p -> progress.add(p.step()));
    assertThat(progress).isEmpty();
    assertThat(ids(second)).isEqualTo(ids(first));
  }

  @Test
  void anInterruptEndsTheTokenizingAndLeavesNothing() {
    Path file = text("a.txt", TinyText.words(50_000));
    for (int at = 1; at <= 3; at++) {
      AtomicInteger left = new AtomicInteger(at);
      ProgressListener interrupts =
          p -> {
            if (left.decrementAndGet() == 0) {
              Thread.currentThread().interrupt();
            }
          };
      assertThatThrownBy(() -> TokenCorpus.open(List.of(file), tokenizer, SEP, cache, interrupts))
          .isInstanceOf(CancelledException.class)
          .hasMessage("cancelled while tokenizing.");
      assertThat(Thread.interrupted()).isTrue();
      assertThat(cached()).isEmpty();
    }
    assertThat(ids(open(file))).hasSize(50_001);
  }

  @Test
  void anInterruptEndsTheReadingOfTextThatWasTokenized() {
    Path file = text("a.txt", "w1");
    open(file);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> open(file)).isInstanceOf(CancelledException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(ids(open(file))).containsExactly(id(1), SEP);
  }

  @Test
  void aListenerCancelsTheTokenizing() {
    Path file = text("a.txt", TinyText.words(500));
    ProgressListener cancels =
        new ProgressListener() {
          private boolean told;

          @Override
          public void progress(Work.Progress p) {
            told = true;
          }

          @Override
          public boolean isCancelled() {
            return told;
          }
        };
    assertThatThrownBy(() -> TokenCorpus.open(List.of(file), tokenizer, SEP, cache, cancels))
        .isInstanceOf(CancelledException.class);
    assertThat(cached()).isEmpty();
  }

  @Test
  void makesAnotherFileForAnotherTextTokenizerOrSeparator() {
    Path file = text("a.txt", "w1 w2");
    open(file);
    text("a.txt", "w1 w3");
    open(file);
    TokenCorpus.open(List.of(file), tokenizer, 0, cache, ProgressListener.SILENT);
    TinyText.write(tokenizer.path(), tokenizer.json() + " ");
    tokenizer = TokenizerFile.read(tokenizer.path());
    assertThat(ids(open(file))).containsExactly(id(1), id(3), SEP);
    assertThat(cached()).hasSize(4);
  }

  @Test
  void isTheSameWhateverTheNameOfTheFile() throws IOException {
    Path file = text("a.txt", "w1 w2");
    open(file);
    open(Files.move(file, data.resolve("b.txt")));
    assertThat(cached()).hasSize(1);
  }

  @Test
  void makesADamagedFileAgain() throws IOException {
    Path file = text("a.txt", TinyText.words(500));
    int[] ids = ids(open(file));
    Path made = cached().get(0);
    byte[] whole = Files.readAllBytes(made);
    Map<String, UnaryOperator<byte[]>> damages =
        Map.of(
            "another id", bytes -> flip(bytes, bytes.length - 1),
            "another format", bytes -> flip(bytes, 0),
            "another version", bytes -> flip(bytes, 8),
            "another checksum", bytes -> flip(bytes, 12),
            "another number", bytes -> flip(bytes, 16),
            "a huge number", bytes -> flip(bytes, 23),
            "cut in the ids", bytes -> Arrays.copyOf(bytes, bytes.length - 4),
            "cut in the header", bytes -> Arrays.copyOf(bytes, 10),
            "longer", bytes -> Arrays.copyOf(bytes, bytes.length + 4),
            "empty", bytes -> new byte[0]);
    for (var damage : damages.entrySet()) {
      Files.delete(made);
      Files.write(made, damage.getValue().apply(whole.clone()));
      assertThat(ids(open(file))).as(damage.getKey()).isEqualTo(ids);
      assertThat(Files.readAllBytes(made)).as(damage.getKey()).isEqualTo(whole);
    }
    assertThat(cached()).hasSize(1);
  }

  @Test
  void isMadeByManyAtOnce() throws Exception {
    Path file = text("a.txt", TinyText.words(50_000));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<int[]> task = () -> ids(open(file));
      for (Future<int[]> ids : threads.invokeAll(List.of(task, task, task, task))) {
        assertThat(ids.get()).hasSize(50_001);
      }
    } finally {
      threads.shutdown();
    }
    assertThat(cached()).hasSize(1);
  }

  @Test
  void copiesFromThePlaceThatIsAskedFor() {
    TokenCorpus file = open(text("a.txt", TinyText.words(100)));
    int[] ids = new int[60];
    file.copy(20, ids, 10, 40);
    assertThat(ids).startsWith(new int[10]).endsWith(new int[10]);
    assertThat(IntStream.range(0, 40)).allMatch(i -> ids[10 + i] == id(20 + i));
  }

  @Test
  void aFileThatIsCutOffMeanwhileIsRefusedByName() throws IOException {
    TokenCorpus corpus = open(text("a.txt", TinyText.words(100)));
    Path ids = cached().get(0);
    try (FileChannel channel = FileChannel.open(ids, StandardOpenOption.WRITE)) {
      channel.truncate(Files.size(ids) / 2);
    }
    corpus.copy(0, new int[10], 0, 10);
    assertThatThrownBy(() -> corpus.copy(80, new int[10], 0, 10))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(ids.toString(), "has become shorter", "start again");
  }

  @Test
  void copiesNothingFromBeyondItsEnd() {
    TokenCorpus corpus = open(text("a.txt", "w1 w2"));
    assertThatThrownBy(() -> corpus.copy(2, new int[4], 0, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void namesWhatIsMissing() throws IOException {
    Path missing = data.resolve("missing.txt");
    assertThatThrownBy(() -> open(missing))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(missing + ": expected a file or directory, found nothing");
    assertThatThrownBy(() -> open())
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected files or directories, found none");
    text("notes.md", "w1");
    assertThatThrownBy(() -> open(data))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(data + ": expected .txt or .txt.gz files");
  }

  @Test
  void namesTheFileThatIsNoTextAndLeavesNothingBehind() throws IOException {
    Path good = text("a.txt", TinyText.words(100));
    Path latin = data.resolve("latin.txt");
    Files.write(latin, new byte[] {(byte) 0xE9, ' ', 'c'});
    Path silent = text("silent.txt", "\u0007\u0007");
    assertThatThrownBy(() -> open(good, latin))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(latin + ": expected UTF-8");
    assertThatThrownBy(() -> open(good, silent))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(silent + ": its text has no tokens");
    assertThat(cached()).isEmpty();
  }

  @Test
  void saysThatTheCacheCannotBeWritten() {
    cache = text("file.txt", "w1");
    assertThatThrownBy(() -> open(cache))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("keeping token ids in " + cache)
        .hasMessageContaining("name another directory");
  }

  private static byte[] flip(byte[] bytes, int index) {
    bytes[index] ^= 0x40;
    return bytes;
  }

  private Path text(String name, String text) {
    return TinyText.write(data.resolve(name), text);
  }

  @Test
  void hasTheIdsOfAWholeFileAsPythonReadsItAndOneEnd() throws IOException {
    Path golden = SpecialTokensTest.golden("whole-file");
    int[] expected = new Gson().fromJson(Files.readString(golden.resolve("ids.json")), int[].class);
    TokenizerFile bpe = TokenizerFile.read(golden);
    List<Path> text = List.of(golden.resolve("text.txt"));
    TokenCorpus corpus =
        TokenCorpus.open(text, bpe, 0, Documents.FILE, cache, ProgressListener.SILENT);
    int[] ids = new int[(int) corpus.size()];
    corpus.copy(0, ids, 0, ids.length);
    assertThat(Arrays.copyOf(ids, ids.length - 1)).containsExactly(expected);
    assertThat(ids[ids.length - 1]).isZero();
    TokenCorpus lines = TokenCorpus.open(text, bpe, 0, cache, ProgressListener.SILENT);
    assertThat(lines.size()).isNotEqualTo(corpus.size());
  }

  /** A text that is longer than a piece, and has many lines. */
  @ParameterizedTest
  @ValueSource(strings = {"metaspace", "first", "prepend", "joined", "prefix-space"})
  void aFileInPiecesHasTheIdsOfTheWholeWhateverATextBeginsWith(String name) throws IOException {
    Path golden = SpecialTokensTest.golden("whole-file");
    Path own = golden.resolve(name);
    int[] expected = new Gson().fromJson(Files.readString(own.resolve("ids.json")), int[].class);
    Path text = golden.resolve("text.txt");
    assertThat(Files.size(text)).isGreaterThan(TextFile.MAX_PIECE);
    TokenizerFile file = TokenizerFile.read(own);
    int[] ids =
        ids(
            TokenCorpus.open(
                List.of(text), file, 0, Documents.FILE, cache, ProgressListener.SILENT));
    assertThat(Arrays.copyOf(ids, ids.length - 1)).containsExactly(expected);
  }

  @Test
  void aLongDocumentWithoutASafePlaceToCutIsRefused() throws IOException {
    TokenizerFile file =
        TokenizerFile.read(SpecialTokensTest.golden("whole-file").resolve("prepend"));
    List<Path> text = List.of(text("lines.txt", "and\n".repeat(1 << 18)));
    assertThatThrownBy(
            () -> TokenCorpus.open(text, file, 0, Documents.FILE, cache, ProgressListener.SILENT))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(
            "lines.txt as one document: expected a space between words",
            "before line 131073",
            "end documents at blank lines");
  }

  private TokenCorpus open(Path... files) {
    return TokenCorpus.open(List.of(files), tokenizer, SEP, cache, ProgressListener.SILENT);
  }

  private static int[] ids(TokenCorpus corpus) {
    int[] ids = new int[Math.toIntExact(corpus.size())];
    corpus.copy(0, ids, 0, ids.length);
    return ids;
  }

  private List<Path> cached() {
    try (Stream<Path> files = Files.list(cache)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int id(int word) {
    return TinyText.id(word);
  }
}
