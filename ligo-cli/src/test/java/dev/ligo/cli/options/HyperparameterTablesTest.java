package dev.ligo.cli.options;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.core.Ligo;
import dev.ligo.core.hyperparameter.Hyperparameter;
import dev.ligo.core.hyperparameter.Tunable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import org.junit.jupiter.api.Test;

/**
 * The tables of hyperparameters in the documentation are those of the declarations. With {@code
 * -Dligo.write-docs} this test writes them.
 */
class HyperparameterTablesTest {
  private static final String BEGIN =
      "<!-- hyperparameters: written by HyperparameterTablesTest -->";
  private static final String END = "<!-- end of hyperparameters -->";

  private static String table(Collection<? extends Tunable> all) {
    StringBuilder s =
        new StringBuilder("\n| option | values | default | |\n| --- | --- | --- | --- |\n");
    for (Tunable t : all) {
      for (Hyperparameter<?> h : t.hyperparameters()) {
        s.append("| `")
            .append(HyperparameterOptions.name(t.name(), h.name()))
            .append("` | ")
            .append(h.domain().description())
            .append(" | `")
            .append(h.defaultText())
            .append("` | ")
            .append(h.help())
            .append(" |\n");
      }
    }
    return s.append('\n').toString();
  }

  private static void check(String page, Collection<? extends Tunable> all) throws IOException {
    Path file = Path.of("..", "docs", page);
    String text = Files.readString(file);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    int end = text.indexOf(END);
    assertThat(text).contains(BEGIN, END);
    if (System.getProperty("ligo.write-docs") != null) {
      text = text.substring(0, begin) + table(all) + text.substring(end);
      Files.writeString(file, text);
      end = text.indexOf(END);
    }
    assertThat(text.substring(begin, end))
        .as("the table of docs/" + page + "; write it anew with -Dligo.write-docs")
        .isEqualTo(table(all));
  }

  @Test
  void ofTheStrategies() throws IOException {
    check("training.md", Ligo.create().strategies().values());
  }

  @Test
  void ofTheMethods() throws IOException {
    check("methods.md", Ligo.create().methods().values());
  }
}
