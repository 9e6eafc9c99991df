package dev.ligo.cli.options;

import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.Escapes;
import dev.ligo.cli.console.WebBrowser;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Whether a report is opened in a browser. */
public final class OpenChoice {
  @Option(
      names = "--open",
      description = "Open the report in a browser; it shows each evaluation while runs go on")
  public boolean open;

  private final WebBrowser browser;

  /** Creates the choice of the user's browser. */
  public OpenChoice() {
    this(WebBrowser.ofProcess());
  }

  /** Creates the choice of some browser. */
  public OpenChoice(WebBrowser browser) {
    this.browser = browser;
  }

  /** Opens a page, if that is asked for. Where there is no browser, it says where the page is. */
  public void show(Path page, Console console) {
    if (open && !browser.open(page)) {
      console.note(
          "note: no browser was found; the report is "
              + Escapes.line(page.toAbsolutePath().toString())
              + ". Name a browser, as in BROWSER=firefox, or open the file in one");
    }
  }
}
