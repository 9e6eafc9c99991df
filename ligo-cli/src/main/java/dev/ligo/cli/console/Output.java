package dev.ligo.cli.console;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** A stream that remembers why something could not be written; printing does not tell. */
final class Output extends OutputStream {
  private final OutputStream stream;
  private Optional<IOException> failure = Optional.empty();

  Output(OutputStream stream) {
    this.stream = stream;
  }

  /** Returns the first failure, if there was one. */
  Optional<IOException> failure() {
    return failure;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    try {
      stream.write(bytes, from, count);
    } catch (IOException e) {
      failure = failure.or(() -> Optional.of(e));
      throw e;
    }
  }

  @Override
  public void flush() throws IOException {
    stream.flush();
  }
}
