package dev.ligo.cli.report;

import com.google.gson.JsonElement;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Looks at pages in a browser: on a narrow and a wide screen, light and dark, and on paper. Text
 * that overlaps, is cut or hidden is a fault, and so is what the console says. {@code
 * scripts/look.sh} runs it.
 *
 * @param page where pages are shown
 * @param pictures where pictures are kept
 */
record Look(BrowserPage page, Path pictures) {
  /** A sheet of A4 without its margins, at 96 pixels an inch. */
  static final int PAPER = 703;

  /** The widths of screens. */
  private static final List<Integer> SCREENS = List.of(400, 1280);

  /**
   * Looks at pages.
   *
   * @param args where pictures are kept, and the pages
   */
  public static void main(String[] args) throws IOException {
    Optional<String> program = Chromium.installed();
    if (program.isEmpty()) {
      System.out.println(
          "look: no browser was found ("
              + String.join(", ", Chromium.PROGRAMS)
              + "); nothing was"
              + " looked at");
      return;
    }
    Path pictures = Files.createDirectories(Path.of(args[0]));
    List<String> faults = new ArrayList<>();
    try (Chromium browser = Chromium.start(program.get())) {
      for (String file : List.of(args).subList(1, args.length)) {
        Path path = Path.of(file).toAbsolutePath();
        List<String> found = new Look(browser.page(), pictures).at(path, name(path));
        found.forEach(f -> System.out.println("look: " + file + ": " + f));
        faults.addAll(found);
        System.out.println("look: looked at " + file);
      }
    }
    System.out.println("look: " + faults.size() + " faults; pictures in " + pictures);
    System.exit(faults.isEmpty() ? 0 : 1);
  }

  private static String name(Path page) {
    return Objects.requireNonNull(page.getParent()).getFileName().toString();
  }

  /** Returns what is wrong with a page, of which pictures are kept under a name. */
  List<String> at(Path file, String name) throws IOException {
    List<String> faults = new ArrayList<>();
    page.open(file);
    for (boolean dark : List.of(false, true)) {
      for (int width : SCREENS) {
        faults.addAll(on(width, "screen", dark, name));
      }
    }
    faults.addAll(on(PAPER, "print", true, name)); // paper is white all the same
    page.paper(pictures.resolve(name + ".pdf"));
    page.medium(SCREENS.get(1), "screen", false);
    faults.addAll(page.complaints());
    return faults;
  }

  /** Returns what is wrong with the page that is open, on one medium. */
  List<String> on(int width, String medium, boolean dark, String name) throws IOException {
    page.medium(width, medium, dark);
    String what = medium.equals("print") ? "print" : width + (dark ? "-dark" : "");
    page.picture(pictures.resolve(name + "-" + what + ".png"));
    List<String> faults = new ArrayList<>();
    for (JsonElement fault : page.evaluate(script()).getAsJsonArray()) {
      faults.add(what + ": " + fault.getAsString());
    }
    return faults;
  }

  private static String script() throws IOException {
    try (InputStream in = Look.class.getResourceAsStream("look.js")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
