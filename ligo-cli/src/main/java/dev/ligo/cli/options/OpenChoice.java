package dev.ligo.cli.options;

import dev.ligo.cli.console.Console;
import dev.ligo.cli.console.WebBrowser;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Whether a report is opened in a browser. */
public final class OpenChoice {
  @Option(
      names = "--open",
      description = "Open the report in a browser; it shows each evaluation while runs go on")
  public boolean open;

  /** Opens a page, if that is asked for. Where there is no browser, it says where the page is. */
  public void show(Path page, Console console) {
    if (open && !WebBrowser.ofProcess().open(page)) {
      console.note("note: no browser was found to open " + page.toUri());
    }
  }
}
