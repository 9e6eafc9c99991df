package dev.ligo.cli.report;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A Chromium without a window, driven by its DevTools protocol: messages of JSON that end in a zero
 * byte, over the pipes of the process.
 */
final class Chromium implements AutoCloseable {
  /** The programs that are looked for. */
  static final List<String> PROGRAMS =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  /** Reads its commands from stdin and answers on stdout, which Chromium knows as 3 and 4. */
  private static final String PIPED = "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1";

  private final Process process;
  private final Path profile;
  private final InputStream in;
  private final OutputStream out;
  private final Queue<JsonObject> events = new ArrayDeque<>();
  private long calls;

  private Chromium(String program, Path profile) throws IOException {
    List<String> words = new ArrayList<>(List.of("sh", "-c", PIPED, program));
    words.addAll(List.of("--headless=new", "--remote-debugging-pipe", "--no-first-run"));
    words.addAll(List.of("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"));
    words.addAll(List.of("--hide-scrollbars", "--disable-background-networking"));
    words.add("--user-data-dir=" + profile);
    this.process = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    this.profile = profile;
    this.in = process.getInputStream();
    this.out = process.getOutputStream();
  }

  /** Returns the program that is installed: that of LIGO_CHROMIUM, or one on the PATH. */
  static Optional<String> installed() {
    String named = System.getenv().getOrDefault("LIGO_CHROMIUM", "");
    return named.isEmpty()
        ? PROGRAMS.stream()
            .filter(
                p ->
                    Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                        .anyMatch(d -> Files.isExecutable(Path.of(d, p))))
            .findFirst()
        : Optional.of(named);
  }

  /** Starts a program, with a profile of its own. */
  static Chromium start(String program) throws IOException {
    return new Chromium(program, Files.createTempDirectory("ligo-chromium"));
  }

  /** Opens a page of its own, empty yet. */
  BrowserPage page() {
    JsonObject blank = new JsonObject();
    blank.addProperty("url", "about:blank");
    JsonObject attach = new JsonObject();
    attach.add("targetId", call("", "Target.createTarget", blank).get("targetId"));
    attach.addProperty("flatten", true);
    return new BrowserPage(
        this, call("", "Target.attachToTarget", attach).get("sessionId").getAsString());
  }

  /**
   * Asks for something, and returns the answer.
   *
   * @param session the page; empty for the browser itself
   */
  JsonObject call(String session, String method, JsonObject parameters) {
    long id = ++calls;
    JsonObject message = new JsonObject();
    message.addProperty("id", id);
    message.addProperty("method", method);
    message.add("params", parameters);
    if (!session.isEmpty()) {
      message.addProperty("sessionId", session);
    }
    try {
      out.write((message + "\0").getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    while (true) {
      JsonObject answer = read();
      if (answer.has("id") && answer.get("id").getAsLong() == id) {
        if (answer.has("error")) {
          throw new IllegalStateException(method + ": " + answer.get("error"));
        }
        return answer.getAsJsonObject("result");
      }
      events.add(answer);
    }
  }

  /** Returns what happened next, of what nobody has asked for yet. */
  JsonObject event() {
    return events.isEmpty() ? read() : events.remove();
  }

  /** Returns what happened meanwhile. */
  List<JsonObject> happened() {
    List<JsonObject> all = List.copyOf(events);
    events.clear();
    return all;
  }

  private JsonObject read() {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    try {
      for (int b = in.read(); b != 0; b = in.read()) {
        if (b < 0) {
          throw new IllegalStateException("the browser has ended");
        }
        message.write(b);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return JsonParser.parseString(message.toString(StandardCharsets.UTF_8)).getAsJsonObject();
  }

  @Override
  public void close() throws IOException {
    try {
      call("", "Browser.close", new JsonObject());
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    try (Stream<Path> files = Files.walk(profile)) {
      for (Path f : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.deleteIfExists(f);
      }
    }
  }
}
