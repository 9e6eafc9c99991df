package dev.ligo.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.ligo.core.comparison.ComparisonResults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages and results that are published are what this version makes of the runs beside them. */
class StoredReportsTest {
  private static final Path RESULTS = Path.of("..", "docs", "results");

  @TempDir Path directory;

  static List<Path> stored() throws IOException {
    try (Stream<Path> all = Files.list(RESULTS)) {
      return all.filter(d -> Files.exists(d.resolve("runs"))).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("stored")
  void areUpToDate(Path comparison) throws IOException {
    ComparisonResults results = ComparisonResults.read(comparison);
    Path page = directory.resolve(CompareReport.PAGE);
    new CompareReport(results, comparison).write(page);
    String advice =
        "./ligo compare --report docs/results/" + comparison.getFileName() + " makes it again";
    assertThat(Files.mismatch(page, comparison.resolve(CompareReport.PAGE)))
        .as(advice)
        .isEqualTo(-1);
    assertThat(results.json())
        .as(advice)
        .isEqualTo(
            JsonParser.parseString(Files.readString(comparison.resolve(ComparisonResults.FILE))));
  }
}
