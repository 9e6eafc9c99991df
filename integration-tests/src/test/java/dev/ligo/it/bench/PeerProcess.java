package dev.ligo.it.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A Python process that makes training steps of Hugging Face's models, one at a time on demand. */
final class PeerProcess implements AutoCloseable {
  private static final String PYTHON = "LIGO_PEER_PYTHON";
  private static final String SCRIPT = "LIGO_PEER_SCRIPT";

  private final Process process;
  private final PrintStream requests;
  private final BufferedReader answers;

  private PeerProcess(Process process) {
    this.process = process;
    requests = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * Starts it.
   *
   * @param checkpoint what it trains
   * @param batches a safetensors file with the arrays of each batch, named INDEX/NAME
   * @throws SkippedException if {@code LIGO_PEER_PYTHON} and {@code LIGO_PEER_SCRIPT} don't say how
   */
  static PeerProcess start(Path checkpoint, Path batches, Settings settings) {
    if (!isThere()) {
      throw new SkippedException("scripts/bench-peers.sh measures it");
    }
    try {
      ProcessBuilder builder =
          new ProcessBuilder(
                  System.getenv(PYTHON),
                  System.getenv(SCRIPT),
                  checkpoint.toString(),
                  batches.toString(),
                  Integer.toString(settings.threads()),
                  Double.toString(LigoTraining.LEARNING_RATE),
                  Double.toString(LigoTraining.WEIGHT_DECAY))
              .redirectError(ProcessBuilder.Redirect.INHERIT);
      builder.environment().remove("GLIBC_TUNABLES"); // our launcher's, not theirs
      return new PeerProcess(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns whether the environment says how to start one. */
  static boolean isThere() {
    return System.getenv(PYTHON) != null && System.getenv(SCRIPT) != null;
  }

  /** Returns the most resident memory that it had so far. */
  long peakBytes() {
    return WatchedProcess.peakBytes(Path.of("/proc", Long.toString(process.pid())));
  }

  /** Makes the next step of a way to train, and returns its loss. */
  double step(String way) {
    return ask(way);
  }

  /** Makes the next step of a way to train, and has torch write a trace of it to a file. */
  void profile(String way, Path trace) {
    double unused = ask(way + " " + trace);
  }

  private double ask(String request) {
    requests.println(request);
    try {
      String answer = answers.readLine();
      if (answer == null) {
        throw new IllegalStateException("the peer ended; what it wrote stands above");
      }
      return Double.parseDouble(List.of(answer.split(" ")).get(0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    requests.close();
    process.destroy();
  }
}
