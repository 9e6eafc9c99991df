package dev.ligo.testkit.plain;

import dev.ligo.api.BackendInfo;
import dev.ligo.api.HostArray;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.spi.Engine;
import dev.ligo.backend.plain.PlainArray;
import java.util.List;

/** An engine that does what another does: what a defect overrides one method of. */
class ForwardingEngine implements Engine<PlainArray> {
  private final Engine<PlainArray> engine;

  ForwardingEngine(Engine<PlainArray> engine) {
    this.engine = engine;
  }

  @Override
  public BackendInfo info() {
    return engine.info();
  }

  @Override
  public PlainArray upload(HostArray array) {
    return engine.upload(array);
  }

  @Override
  public HostArray download(PlainArray handle, TensorSpec spec) {
    return engine.download(handle, spec);
  }

  @Override
  public void release(PlainArray handle) {
    engine.release(handle);
  }

  @Override
  public Executable<PlainArray> prepare(Body<PlainArray> body, List<TensorSpec> inputs) {
    Executable<PlainArray> executable = engine.prepare(body, inputs);
    return new Executable<>() {
      @Override
      public List<PlainArray> run(List<PlainArray> handles, List<Boolean> donated, long seed) {
        return ForwardingEngine.this.run(executable, handles, donated, seed);
      }

      @Override
      public void close() {
        executable.close();
      }
    };
  }

  /** Runs what was prepared. */
  List<PlainArray> run(
      Executable<PlainArray> executable,
      List<PlainArray> handles,
      List<Boolean> donated,
      long seed) {
    return executable.run(handles, donated, seed);
  }

  @Override
  public long liveHandles() {
    return engine.liveHandles();
  }

  @Override
  public void close() {
    engine.close();
  }
}
