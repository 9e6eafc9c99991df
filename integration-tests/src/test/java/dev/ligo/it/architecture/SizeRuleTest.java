package dev.ligo.it.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A file is one idea, in at most 400 lines. */
final class SizeRuleTest {
  private static final int LINES = 400;

  /**
   * Javadoc counts for nothing: who says what a parameter means shall not have to split a class.
   */
  private static final Pattern JAVADOC =
      Pattern.compile("^ *+/\\*\\*.*?\\*/\\R", Pattern.MULTILINE | Pattern.DOTALL);

  /** One type has every operation, of three lines each; what an operation does is elsewhere. */
  private static final String ALL_OPERATIONS = "ligo-api/src/main/java/dev/ligo/api/Tensor.java";

  @Test
  void noFileIsLong() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : Stream.concat(Sources.shipped().stream(), Sources.tests().stream()).toList()) {
      long lines = JAVADOC.matcher(Files.readString(file)).replaceAll("").lines().count();
      if (lines > LINES) {
        found.add(Sources.name(file) + ": " + lines + " lines");
      }
    }
    assertThat(found)
        .as("files of more than %d lines, Javadoc apart; an exemption that is not needed", LINES)
        .singleElement()
        .asString()
        .startsWith(ALL_OPERATIONS);
  }
}
