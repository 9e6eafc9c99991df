package dev.ligo.core.hostile;

import dev.ligo.api.BackendException;
import dev.ligo.api.BackendInfo;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.HostArray;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.spi.BackendProvider;
import dev.ligo.api.spi.Engine;
import dev.ligo.backend.plain.PlainArray;
import dev.ligo.backend.plain.PlainBackendProvider;
import java.util.List;
import java.util.Optional;

/** The plain backend, whose n-th call fails: a copy to or from it, a program prepared or run. */
final class FaultyProvider implements BackendProvider {
  private final PlainBackendProvider plain = new PlainBackendProvider();
  private final boolean withError;
  private long failing;
  private long calls;

  /**
   * Creates a provider whose calls succeed until {@link #failAt} says otherwise.
   *
   * @param withError whether a call fails by an error of the JVM, as where memory runs out
   */
  FaultyProvider(boolean withError) {
    this.withError = withError;
  }

  /** Begins to count anew, and lets a call fail, counted from 1; none if it is 0. */
  void failAt(long call) {
    failing = call;
    calls = 0;
  }

  /** Returns how many calls there were. */
  long calls() {
    return calls;
  }

  private void call(String what) {
    if (++calls == failing) {
      if (withError) {
        throw new OutOfMemoryError("injected: " + what);
      }
      throw new BackendException("injected: " + what);
    }
  }

  @Override
  public String name() {
    return "faulty";
  }

  @Override
  public Optional<String> obstacle() {
    return Optional.empty();
  }

  @Override
  public Engine<PlainArray> open(BackendOptions options) {
    Engine<PlainArray> engine = plain.open(options);
    return new Engine<>() {
      @Override
      public BackendInfo info() {
        return engine.info();
      }

      @Override
      public PlainArray upload(HostArray array) {
        call("copying to it");
        return engine.upload(array);
      }

      @Override
      public HostArray download(PlainArray handle, TensorSpec spec) {
        call("copying from it");
        return engine.download(handle, spec);
      }

      @Override
      public void release(PlainArray handle) {
        engine.release(handle);
      }

      @Override
      public Executable<PlainArray> prepare(Body<PlainArray> body, List<TensorSpec> inputs) {
        call("preparing a program");
        Executable<PlainArray> executable = engine.prepare(body, inputs);
        return new Executable<>() {
          @Override
          public List<PlainArray> run(List<PlainArray> in, List<Boolean> donated, long seed) {
            call("running a program");
            return executable.run(in, donated, seed);
          }

          @Override
          public void close() {
            executable.close();
          }
        };
      }

      @Override
      public long liveHandles() {
        return engine.liveHandles();
      }

      @Override
      public void close() {
        engine.close();
      }
    };
  }
}
