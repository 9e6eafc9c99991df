package dev.ligo.api;

import dev.ligo.api.spi.Engine;
import dev.ligo.api.spi.Kernels;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * An engine that computes nothing: every result is zeros of the dtype and shape that it was told.
 * It keeps account of its handles, and fails where one is used or released after its release.
 */
final class FakeEngine implements Engine<FakeEngine.Handle> {
  /** An array; two with equal elements are two. */
  static final class Handle {
    private final HostArray values;

    Handle(HostArray values) {
      this.values = values;
    }
  }

  private final Set<Handle> live = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Long> seeds = new ArrayList<>();
  private final List<List<Boolean>> donations = new ArrayList<>();
  private int capacity = Integer.MAX_VALUE;
  private int prepared;
  private int closedExecutables;
  private boolean closed;

  @Override
  public BackendInfo info() {
    return new BackendInfo("Fake", "1", Device.CPU, List.of(Device.CPU), 1);
  }

  @Override
  public Handle upload(HostArray array) {
    if (live.size() == capacity) {
      throw new BackendException("out of memory");
    }
    Handle handle = new Handle(array);
    live.add(handle);
    return handle;
  }

  @Override
  public HostArray download(Handle handle, TensorSpec spec) {
    checkLive(handle);
    return handle.values;
  }

  @Override
  public void release(Handle handle) {
    checkLive(handle);
    live.remove(handle);
  }

  private void checkLive(Handle handle) {
    if (closed || !live.contains(handle)) {
      throw new AssertionError("a handle reached the engine that is not live");
    }
  }

  @Override
  public Executable<Handle> prepare(Body<Handle> body, List<TensorSpec> inputs) {
    prepared++;
    return new Executable<>() {
      @Override
      public List<Handle> run(List<Handle> handles, List<Boolean> donated, long seed) {
        handles.forEach(FakeEngine.this::checkLive);
        seeds.add(seed);
        donations.add(donated);
        return body.apply(kernels(), handles).stream().map(h -> upload(h.values)).toList();
      }

      @Override
      public void close() {
        closedExecutables++;
      }
    };
  }

  @Override
  public long liveHandles() {
    return live.size();
  }

  @Override
  public void close() {
    closed = true;
  }

  /** Sets how many arrays the device has room for. */
  void limit(int arrays) {
    capacity = arrays;
  }

  List<Long> seeds() {
    return seeds;
  }

  List<List<Boolean>> donations() {
    return donations;
  }

  int prepared() {
    return prepared;
  }

  int closedExecutables() {
    return closedExecutables;
  }

  /** Kernels by reflection: an operation's last argument says what to return. */
  @SuppressWarnings("unchecked") // the arguments are those of the methods named
  private static Kernels<Handle> kernels() {
    return (Kernels<Handle>)
        Proxy.newProxyInstance(
            Kernels.class.getClassLoader(),
            new Class<?>[] {Kernels.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "constant" -> new Handle((HostArray) arguments[0]);
                  case "stopGradient" -> arguments[0];
                  case "scope" -> ((Supplier<List<Handle>>) arguments[0]).get();
                  case "split" ->
                      ((List<TensorSpec>) arguments[2]).stream().map(FakeEngine::zeros).toList();
                  case "valueAndGradients" ->
                      differentiate(
                          (Function<List<Handle>, List<Handle>>) arguments[0],
                          (List<Handle>) arguments[1]);
                  default ->
                      method.getReturnType() == Optional.class
                          ? Optional.empty()
                          : zeros((TensorSpec) arguments[arguments.length - 1]);
                });
  }

  private static Handle zeros(TensorSpec spec) {
    return new Handle(HostArray.zeros(spec.dtype(), spec.shape()));
  }

  private static List<Handle> differentiate(
      Function<List<Handle>, List<Handle>> loss, List<Handle> at) {
    List<Handle> out = new ArrayList<>(loss.apply(at));
    at.forEach(x -> out.add(zeros(x.values.spec())));
    return out;
  }
}
