package dev.ligo.cli.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/** A page in a browser: what it shows, what it complains of, and what a reader does with it. */
final class BrowserPage {
  private static final Set<String> COMPLAINTS =
      Set.of("Runtime.exceptionThrown", "Log.entryAdded", "Network.requestWillBeSent");

  private final Chromium browser;
  private final String session;
  private final List<String> complaints = new ArrayList<>();

  BrowserPage(Chromium browser, String session) {
    this.browser = browser;
    this.session = session;
    List.of("Page", "Runtime", "Log", "Network").forEach(d -> call(d + ".enable", "{}"));
  }

  /** Asks for something, with parameters in JSON whose strings may be in single quotes. */
  private JsonObject call(String method, String parameters) {
    return browser.call(session, method, JsonParser.parseString(parameters).getAsJsonObject());
  }

  /** Opens a file, and waits until it is there. */
  void open(Path file) {
    URI uri = file.toAbsolutePath().toUri();
    browser.happened().forEach(this::note);
    call("Page.navigate", "{'url': '" + uri + "'}");
    loaded();
  }

  /** Waits until a page has been loaded. */
  void loaded() {
    JsonObject event = browser.event();
    while (!isOwn(event) || !event.get("method").getAsString().equals("Page.loadEventFired")) {
      note(event);
      event = browser.event();
    }
  }

  /** Returns whether an event is this page's: earlier pages may load themselves again. */
  private boolean isOwn(JsonObject event) {
    return event.has("sessionId") && event.get("sessionId").getAsString().equals(session);
  }

  private void note(JsonObject event) {
    String method = event.get("method").getAsString();
    JsonObject parameters = event.getAsJsonObject("params");
    boolean called =
        method.equals("Runtime.consoleAPICalled")
            && Set.of("error", "warning", "assert").contains(parameters.get("type").getAsString());
    boolean outside =
        !method.equals("Network.requestWillBeSent")
            || !parameters
                .getAsJsonObject("request")
                .get("url")
                .getAsString()
                .matches("(file|data|blob|about):.*");
    if (isOwn(event) && (called || (COMPLAINTS.contains(method) && outside))) {
      complaints.add(parameters.toString());
    }
  }

  /** Returns what the page complained of: errors, warnings, and requests of anything outside it. */
  List<String> complaints() {
    browser.happened().forEach(this::note);
    return List.copyOf(complaints);
  }

  /**
   * Sets what it is shown on.
   *
   * @param width the window's width, in pixels
   * @param medium "screen" or "print"
   * @param dark whether the reader prefers dark colours
   */
  void medium(int width, String medium, boolean dark) {
    call(
        "Emulation.setDeviceMetricsOverride",
        "{'width': " + width + ", 'height': 900, 'deviceScaleFactor': 1, 'mobile': false}");
    call(
        "Emulation.setEmulatedMedia",
        "{'media': '%s', 'features': [{'name': 'prefers-color-scheme', 'value': '%s'}]}"
            .formatted(medium, dark ? "dark" : "light"));
    evaluate(
        "dispatchEvent(new Event('" + (medium.equals("print") ? "before" : "after") + "print'))");
    settle();
  }

  /** Waits until what was asked for is drawn. */
  void settle() {
    evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  }

  /** Returns what a script gives, as JSON. */
  JsonElement evaluate(String script) {
    JsonObject parameters = new JsonObject();
    parameters.addProperty("expression", script);
    parameters.addProperty("returnByValue", true);
    parameters.addProperty("awaitPromise", true);
    JsonObject answer = browser.call(session, "Runtime.evaluate", parameters);
    if (answer.has("exceptionDetails")) {
      throw new IllegalStateException(answer.get("exceptionDetails").toString());
    }
    JsonElement value = answer.getAsJsonObject("result").get("value");
    return value == null ? new JsonArray() : value;
  }

  /** Returns what a script gives, as text. */
  String text(String script) {
    return evaluate(script).getAsString();
  }

  /** Keeps a picture of the whole page. */
  void picture(Path file) throws IOException {
    JsonObject size = call("Page.getLayoutMetrics", "{}").getAsJsonObject("cssContentSize");
    JsonObject picture =
        call(
            "Page.captureScreenshot",
            "{'captureBeyondViewport': true, 'clip': {'x': 0, 'y': 0, 'width': "
                + size.get("width")
                + ", 'height': "
                + size.get("height")
                + ", 'scale': 1}}");
    keep(picture, file);
  }

  /** Keeps the page as it is printed. */
  void paper(Path file) throws IOException {
    keep(call("Page.printToPDF", "{'preferCSSPageSize': true}"), file);
  }

  private static void keep(JsonObject answer, Path file) throws IOException {
    Files.write(file, Base64.getDecoder().decode(answer.get("data").getAsString()));
  }

  /** Presses a key; a character, or a name such as ArrowLeft. */
  void press(String key) {
    for (String type : List.of("keyDown", "keyUp")) {
      call("Input.dispatchKeyEvent", "{'type': '" + type + "', 'key': '" + key + "'}");
    }
  }

  /** Moves the mouse to a place. */
  void point(double x, double y) {
    mouse("mouseMoved", "none", x, y);
  }

  /** Drags with the mouse. */
  void drag(double fromX, double fromY, double toX, double toY) {
    mouse("mousePressed", "left", fromX, fromY);
    mouse("mouseMoved", "left", toX, toY);
    mouse("mouseReleased", "left", toX, toY);
  }

  private void mouse(String type, String button, double x, double y) {
    call(
        "Input.dispatchMouseEvent",
        "{'type': '%s', 'button': '%s', 'clickCount': 1, 'x': %s, 'y': %s}"
            .formatted(type, button, x, y));
  }

  /** Spreads two fingers, beside each other at a place, to some distance of it. */
  void spread(double x, double y, double distance) {
    call("Emulation.setTouchEmulationEnabled", "{'enabled': true, 'maxTouchPoints': 2}");
    touch("touchStart", x, y, 20);
    for (int i = 1; i <= 5; i++) {
      touch("touchMove", x, y, 20 + (distance - 20) * i / 5);
    }
    call("Input.dispatchTouchEvent", "{'type': 'touchEnd', 'touchPoints': []}");
  }

  private void touch(String type, double x, double y, double distance) {
    call(
        "Input.dispatchTouchEvent",
        "{'type': '%s', 'touchPoints': [{'x': %s, 'y': %s, 'id': 1}, {'x': %s, 'y': %s, 'id': 2}]}"
            .formatted(type, x - distance, y, x + distance, y));
  }

  /** Lets downloads go to a directory. */
  void downloadTo(Path directory) {
    JsonObject parameters = new JsonObject();
    parameters.addProperty("behavior", "allow");
    parameters.addProperty("downloadPath", directory.toString());
    parameters.addProperty("eventsEnabled", true);
    browser.call("", "Browser.setDownloadBehavior", parameters);
  }

  /** Waits until a download is whole. */
  void downloaded() {
    JsonObject event = browser.event();
    while (!event.get("method").getAsString().equals("Browser.downloadProgress")
        || !event.getAsJsonObject("params").get("state").getAsString().equals("completed")) {
      note(event);
      event = browser.event();
    }
  }
}
