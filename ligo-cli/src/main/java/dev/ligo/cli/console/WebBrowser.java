package dev.ligo.cli.console;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What opens pages for the user: the program of BROWSER, or else the system's own.
 *
 * @param commands commands to try, to which the page is added
 */
public record WebBrowser(List<List<String>> commands) {
  /** The seconds after which a command counts as a browser that stays open. */
  private static final long SECONDS = 3;

  /** Copies the commands. */
  public WebBrowser {
    commands = List.copyOf(commands);
  }

  /** Returns that of the user. */
  public static WebBrowser ofProcess() {
    return of(System.getenv(), System.getProperty("os.name"));
  }

  /** Returns that of an environment on a system. */
  static WebBrowser of(Map<String, String> environment, String system) {
    List<List<String>> commands = new ArrayList<>();
    String named = environment.getOrDefault("BROWSER", "");
    if (!named.isBlank()) {
      commands.add(List.of(named));
    }
    String name = system.toLowerCase(Locale.ROOT);
    if (name.startsWith("windows")) {
      commands.add(List.of("rundll32", "url.dll,FileProtocolHandler"));
    } else {
      commands.add(List.of(name.startsWith("mac") ? "open" : "xdg-open"));
    }
    return new WebBrowser(commands);
  }

  /**
   * Opens a page by the first command that does.
   *
   * @return whether one did
   */
  public boolean open(Path page) {
    return commands.stream().anyMatch(c -> opens(c, page.toUri().toString()));
  }

  private static boolean opens(List<String> command, String page) {
    List<String> words = new ArrayList<>(command);
    words.add(page);
    try {
      Process process =
          new ProcessBuilder(words)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return !process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() == 0;
    } catch (IOException e) {
      return false; // there is no such program
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
