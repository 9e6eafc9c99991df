package dev.ligo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Interruption;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;

/**
 * The result of a command that was run in this process.
 *
 * @param code the exit code
 * @param out what it printed on stdout
 * @param err what it printed on stderr
 */
public record CommandRun(int code, String out, String err) {
  /** Runs a command. */
  public static CommandRun of(Object... args) {
    return of(new Interruption(), args);
  }

  /** Runs a command that may be interrupted. */
  public static CommandRun of(Interruption interruption, Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Console console = Console.of(new PrintWriter(out), new PrintWriter(err), interruption);
    String[] words = List.of(args).stream().map(Object::toString).toArray(String[]::new);
    int code = LigoCommand.execute(console, words);
    return new CommandRun(code, out.toString(), err.toString());
  }

  /** Returns stdout as the one JSON object that it should be. */
  public JsonObject json() {
    return JsonParser.parseString(out).getAsJsonObject();
  }

  /**
   * Runs a command that must end with exit code 1 and one line, and leave a directory as it was.
   */
  static void assertRefused(Path directory, String message, Object... arguments) {
    List<String> before = TinyBert.names(directory);
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.err().lines()).as(run.err()).hasSize(1);
    assertThat(run.err()).startsWith("ligo: ").contains(message);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(TinyBert.names(directory)).isEqualTo(before);
  }
}
