import dev.ligo.cli.LigoCommand;
import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Interruption;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/**
 * Writes what a distribution has of the command line for others than ligo: its completion for bash
 * and zsh, and its manual, a page for each command, in AsciiDoc.
 */
final class Pages {
  /** A synopsis of our own, which has no markup. */
  private static final Pattern SYNOPSIS = Pattern.compile("(?<=== Synopsis\\n\\n)([^*]+?)(?=\\n\\n//)");

  private static final Pattern EXAMPLES =
      Pattern.compile("==  (\\w+):\\n\\n\\[%hardbreaks]\\n(.+?)(?=\\n\\n//)", Pattern.DOTALL);

  private Pages() {}

  /** Takes the directories to write completion and pages to. */
  public static void main(String[] arguments) throws IOException {
    PrintWriter nowhere = new PrintWriter(PrintWriter.nullWriter());
    CommandLine line = LigoCommand.line(Console.of(nowhere, nowhere, new Interruption()));
    Path completions = Files.createDirectories(Path.of(arguments[0]));
    Files.writeString(completions.resolve("ligo"), AutoComplete.bash("ligo", line));
    Path pages = Files.createDirectories(Path.of(arguments[1]));
    int code =
        ManPageGenerator.generateManPage(
            pages.toFile(), null, new boolean[0], false, line.getCommandSpec());
    try (DirectoryStream<Path> written = Files.newDirectoryStream(pages, "*.adoc")) {
      for (Path page : written) {
        Files.writeString(page, verbatim(Files.readString(page)));
      }
    }
    System.exit(code);
  }

  /** Keeps the lines of synopses and examples as they are: picocli would have them filled. */
  private static String verbatim(String page) {
    String synopsis = SYNOPSIS.matcher(page).replaceFirst("....\n$1\n....");
    return EXAMPLES
        .matcher(synopsis)
        .replaceFirst("== $1\n\n....\n$2\n....")
        .replace("\n\n[%hardbreaks]\n", "\n\n");
  }
}
