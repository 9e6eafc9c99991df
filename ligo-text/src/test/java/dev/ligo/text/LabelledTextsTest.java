package dev.ligo.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ligo.api.CancelledException;
import dev.ligo.core.data.Columns;
import dev.ligo.core.data.DataException;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelledTextsTest {
  @TempDir Path directory;

  private List<String> read(String name, String content, Columns columns) {
    Path file = TinyText.write(directory.resolve(name), content);
    LabelledTexts texts = LabelledTexts.read(List.of(file), columns, ProgressListener.SILENT);
    List<String> all = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      all.add(texts.label(i) + ": " + new String(texts.content(i), StandardCharsets.UTF_8));
    }
    return all;
  }

  private List<String> read(String name, String content) {
    return read(name, content, Columns.DEFAULT);
  }

  private static Columns columns(String text, String label) {
    return new Columns(Optional.of(text), Optional.of(label));
  }

  private void assertRefused(String name, String content, Columns columns, String... words) {
    assertThatThrownBy(() -> read(name, content, columns))
        .isInstanceOf(DataException.class)
        .message()
        .contains(words)
        .contains(directory.resolve(name).toString());
  }

  private void assertRefused(String name, String content, String... words) {
    assertRefused(name, content, Columns.DEFAULT, words);
  }

  @Test
  void readsCsvWithQuotesAndLineBreaks() {
    assertThat(
            read(
                "a.csv",
                "\uFEFFid,Label,Text\r\n1,pos,\"good, \"\"very\"\"\nindeed\"\r\n2, neg ,bad\r\n"))
        .containsExactly("pos: good, \"very\"\nindeed", "neg: bad");
  }

  @Test
  void readsFieldsBetweenTabsInWhichQuotesMeanNothing() {
    assertThat(read("a.tsv", "sentence\tlabel\nsay \"hi\t1\n\n\"so\t0\n"))
        .containsExactly("1: say \"hi", "0: \"so");
  }

  @Test
  void readsALabelBeforeATextWithoutHeader() {
    assertThat(read("spam.txt", "good\tOk lar\nbad\tFree entry\n"))
        .containsExactly("good: Ok lar", "bad: Free entry");
  }

  @Test
  void readsAHeaderOfWhichOneOfTwoNamesIsUsual() {
    assertThat(read("a.csv", "label,tweet\ngood,x\n")).containsExactly("good: x");
    assertThat(read("a.csv", "text,foo\nx,good\n")).containsExactly("good: x");
    assertThat(read("a.tsv", "Sentiment\tphrase\ngood\tx\n")).containsExactly("good: x");
    assertThat(read("a.tsv", "s\tx\n")).as("a letter is no header").containsExactly("s: x");
    assertThat(read("a.jsonl", "{\"tweet\":\"x\",\"label\":1}")).containsExactly("1: x");
    assertRefused(
        "a.csv",
        "good,x\nbad,y\n",
        "line 1",
        "good, x",
        "columns of texts and of labels",
        "from 1");
    assertThat(read("a.csv", "good,x\nbad,y\n", columns("2", "1")))
        .containsExactly("good: x", "bad: y");
  }

  @Test
  void notesTheColumnsThatItFound() {
    Path file = TinyText.write(directory.resolve("a.csv"), "label,tweet\ngood,x\n");
    assertThat(LabelledTexts.read(List.of(file), Columns.DEFAULT, ProgressListener.SILENT).notes())
        .containsExactly("columns of " + file + ": text from 'tweet', label from 'label'");
    assertThat(
            LabelledTexts.read(List.of(file), columns("tweet", "label"), ProgressListener.SILENT)
                .notes())
        .isEmpty();
  }

  @Test
  void readsJsonLinesAndAnArray() {
    assertThat(
            read(
                "a.jsonl", "{\"text\": \"x\", \"label\": 1}\n\n{\"label\":\" 2 \",\"text\":\"y\"}"))
        .containsExactly("1: x", "2: y");
    assertThat(read("a.json", "[{\"t\": \"x\", \"s\": 1}, {\"t\": \"y\", \"s\": true}]"))
        .containsExactly("1: x", "true: y");
  }

  @Test
  void readsCompressedFiles() {
    Path file = directory.resolve("a.csv.gz");
    TinyText.writeCompressed(file, "text,label\nx,1\n");
    assertThat(
            LabelledTexts.read(List.of(file, file), Columns.DEFAULT, ProgressListener.SILENT)
                .size())
        .isEqualTo(2);
  }

  @Test
  void readsTheColumnsThatAreNamedOrNumbered() {
    String table = "a\tb\tc\nx\ty\tz\n";
    assertThat(read("a.tsv", table, columns("c", "a"))).containsExactly("x: z");
    assertThat(read("a.tsv", table, columns("3", "1"))).containsExactly("a: c", "x: z");
    assertThat(read("a.json", "[{\"a\": \"x\", \"b\": \"y\"}]", columns("b", "a")))
        .containsExactly("x: y");
  }

  @Test
  void refusesColumnsOfOneName() {
    assertRefused(
        "a.csv", "text,label,label\nx,1,2\n", "line 1", "2 columns of one name, label, label");
    assertRefused("a.tsv", "Text\tlabel\ttext \nx\t1\ty\n", "Text, text ; rename");
    assertRefused("a.csv", "a,b,b\nx,1,2\n", columns("a", "b"), "2 columns of one name, b, b");
    assertThat(read("a.csv", "a,b,B\nx,1,2\n", columns("a", "b"))).containsExactly("1: x");
    assertThat(read("a.csv", "text,label,id,id\nx,1,2,3\n")).containsExactly("1: x");
  }

  @Test
  void refusesAMissingColumnWithThoseThatAreThere() {
    assertRefused("a.csv", "a,b,c\n1,2,3\n", "line 1", "found a, b, c", "name the column of texts");
    assertRefused(
        "a.csv",
        "text,label\n1,2\n",
        columns("text", "gold"),
        "'gold'",
        "name the column of labels");
    assertRefused("a.csv", "text,label\n1,2\n", columns("text", "text"), "are one");
    assertRefused("a.tsv", "x\ty\n", columns("3", "1"), "line 1", "expected 3 fields, found 2");
    assertRefused(
        "a.jsonl", "{\"text\": \"x\"}", "line 1", "one of the keys label, ", "found text");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.csv   | text,label;x,1;y      | line 3 | found 1",
        "a.csv   | text,label;x,1;y,2,3  | line 3 | found 3",
        "a.csv   | text,label;x,1;\"y,2;z,3 | line 3 | CSV is malformed",
        "a.csv   | text,label;\"x\"y,1   | line 2 | CSV is malformed",
        "a.csv   | text,label;x,         | line 2 | label is empty",
        "a.tsv   | good                  | line 1 | found good",
        "a.jsonl | {\"text\":\"x\",\"label\":1};{\"text\":\"x\" | line 2 | JSON",
        "a.jsonl | {\"text\":\"x\",\"label\":1};{\"text\":\"x\",\"label\":NaN} | line 2 | found NaN at column 21, which",
        "a.jsonl | {\"score\":-Infinity,\"text\":\"x\",\"label\":1} | line 1 | found -Infinity at column 10",
        "a.json | [{\"text\":\"x\",\"label\":1},;{\"text\":\"x\",\"label\":Infinity}] | entry 2 | found Infinity at line 2 column 21",
        "a.jsonl | {\"text\":\"x\",\"label\":nan} | line 1 | something else at column",
        "a.jsonl | {\"text\":\"x\",\"label\":1} {} | line 1 | JSON object",
        "a.jsonl | [1]                   | line 1 | JSON object on each line, found an array.",
        "a.jsonl | {\"text\":\"x\",\"label\":\" \"} | line 1 | label is empty",
        "a.jsonl | {\"text\":\"x\",\"label\":1};{\"text\":\"x\",\"label\":null} | line 2 | null",
        "a.jsonl | {\"text\":\"x\",\"label\":1};{\"label\":2} | line 2 | no such key",
        "a.json  | {\"text\":\"x\"}      | entry 1 | array of JSON objects",
        "a.json  | [{\"t\":\"x\",\"s\":1},{\"t\":[],\"s\":1}] | entry 2 | under 't'",
        "a.json  | [{\"t\":\"x\",\"s\":1}, | entry 2 | array",
        "a.json  | [{\"t\":\"x\",\"s\":1}] x | array | JSON"
      })
  void refusesWhatIsMalformedWithItsPlace(String name, String lines, String place, String what) {
    assertRefused(name, lines.replace(';', '\n'), place, what);
  }

  @Test
  void refusesEmptyMissingAndOtherFiles() throws IOException {
    assertRefused("a.csv", "", "there are none");
    assertRefused("a.csv", "text,label\n", "there are none");
    assertRefused("a.json", "[]", "there are none");
    assertRefused("a.json", "", "entry 1");
    assertRefused("a.xml", "<a/>", ".csv", ".jsonl");
    Path latin = directory.resolve("latin.csv");
    Files.write(latin, "text,label\nx,1\ncaf\u00e9,2\n".getBytes(StandardCharsets.ISO_8859_1));
    Path none = directory.resolve("none.csv");
    Path cut = directory.resolve("cut.csv.gz");
    TinyText.writeCompressed(cut, "text,label\n" + "x,1\n".repeat(1000));
    byte[] whole = Files.readAllBytes(cut);
    Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));
    for (Path file : List.of(latin, none, cut)) {
      assertThatThrownBy(
              () -> LabelledTexts.read(List.of(file), Columns.DEFAULT, ProgressListener.SILENT))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void findsWhatStandsBetweenTheFieldsByTheHeader() {
    for (String d : List.of(";", "\t", "|")) {
      assertThat(read("a.csv", "text,label\nx,y\n".replace(",", d) + "a, b" + d + "c\n"))
          .containsExactly("y: x", "c: a, b");
    }
    assertThat(read("a.csv", "text,label\n\"a;b\",c;d\n")).containsExactly("c;d: a;b");
    assertThat(read("a.csv", "Satz;Ton\n\"a;b\nc\";d\n", columns("Satz", "Ton")))
        .containsExactly("d: a;b\nc");
  }

  @Test
  void findsWhatStandsBetweenTheFieldsOfATableWithoutAHeader() {
    assertThat(read("a.csv", "yes, I do;pos\nno;neg\n", columns("1", "2")))
        .containsExactly("pos: yes, I do", "neg: no");
    assertThat(read("a.csv", "a,b;c\nd,e\n", columns("1", "2"))).containsExactly("b;c: a", "e: d");
  }

  @Test
  void readsTheLineInWhichASpreadsheetNamesTheDelimiter() {
    assertThat(read("a.csv", "sep=;\ntext;label\na, b;c\n")).containsExactly("c: a, b");
    assertRefused("a.csv", "sep=\"\ntext\"label\n", "line 1", "found the quote");
  }

  @Test
  void explainsTheFormOfATableWithoutTabs() {
    assertRefused(
        "a.txt", "Just a line of text.\nAnother.\n", "a label, a tab and a text on each line");
    assertRefused("a.tsv", "text,label\na,b\n", "found text,label, without a tab");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.csv | text,label\\ngood,1\\nbad,0\\nfine,1\\n",
        "a.tsv | text\\tlabel\\ngood\\t1\\nbad\\t0\\nfine\\t1\\n",
        "a.jsonl | {\"text\":\"good\",\"label\":1}\\n{\"text\":\"bad\",\"label\":0}\\n",
        "a.json | [{\"text\":\"good\",\"label\":1},{\"text\":\"bad\",\"label\":0}]"
      })
  void readingIsCancelledBetweenExamples(String name, String content) {
    Path file =
        TinyText.write(directory.resolve(name), content.replace("\\n", "\n").replace("\\t", "\t"));
    int[] asked = {0};
    ProgressListener cancelsAtTheSecond =
        new ProgressListener() {
          @Override
          public void progress(Work.Progress progress) {}

          @Override
          public boolean isCancelled() {
            return ++asked[0] == 2;
          }
        };
    assertThatThrownBy(() -> LabelledTexts.read(List.of(file), Columns.DEFAULT, cancelsAtTheSecond))
        .isInstanceOf(CancelledException.class)
        .hasMessage("cancelled while reading labelled texts.");
    Thread.currentThread().interrupt();
    assertThatThrownBy(
            () -> LabelledTexts.read(List.of(file), Columns.DEFAULT, ProgressListener.SILENT))
        .isInstanceOf(CancelledException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
