package dev.ligo.backend.plain;

import dev.ligo.api.BackendInfo;
import dev.ligo.api.Device;
import dev.ligo.api.HostArray;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.spi.Engine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Arrays in the Java heap; programs are applied anew at each run. */
final class PlainEngine implements Engine<PlainArray> {
  private final Set<PlainArray> live =
      Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

  @Override
  public BackendInfo info() {
    String java = Runtime.version().toString();
    return new BackendInfo("plain Java", java, Device.CPU, List.of(Device.CPU), 1);
  }

  @Override
  public PlainArray upload(HostArray array) {
    PlainArray copy = PlainArray.constant(PlainArray.copy(array));
    live.add(copy);
    return copy;
  }

  @Override
  public HostArray download(PlainArray handle, TensorSpec spec) {
    return PlainArray.copy(checked(handle).values());
  }

  @Override
  public void release(PlainArray handle) {
    live.remove(checked(handle));
  }

  private PlainArray checked(PlainArray handle) {
    if (!live.contains(handle)) {
      throw new IllegalStateException("a handle was used after its release");
    }
    return handle;
  }

  @Override
  public Executable<PlainArray> prepare(Body<PlainArray> body, List<TensorSpec> inputs) {
    return new Executable<>() {
      @Override
      public List<PlainArray> run(List<PlainArray> handles, List<Boolean> donated, long seed) {
        handles.forEach(PlainEngine.this::checked);
        List<PlainArray> outputs = new ArrayList<>();
        for (PlainArray output : body.apply(new PlainKernels(seed), handles)) {
          outputs.add(upload(output.values()));
        }
        return outputs;
      }

      @Override
      public void close() {
        // Nothing was prepared.
      }
    };
  }

  @Override
  public long liveHandles() {
    return live.size();
  }

  @Override
  public void close() {
    live.clear();
  }
}
