package dev.ligo.testkit;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendInfo;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Computation;
import dev.ligo.api.Device;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.Program;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.spi.BackendProvider;
import dev.ligo.api.spi.Engine;
import dev.ligo.api.spi.Kernels;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a program does with its inputs, found by running it on their shapes alone.
 *
 * @param used the inputs that an output depends on
 * @param bounds for each input that is an index, the extent of the axis that it looks up: its
 *     elements are below
 */
record Reach(Set<String> used, Map<String, Integer> bounds) {
  /** What moves elements without changing them: an index stays one. */
  private static final Set<String> MOVES =
      Set.of(
          "reshape",
          "permute",
          "broadcastTo",
          "slice",
          "pad",
          "concat",
          "split",
          "cast",
          "where",
          "stopGradient");

  /**
   * A result.
   *
   * @param inputs the numbers of the inputs that it depends on
   * @param holds the numbers of the inputs whose elements it may hold
   */
  private record Probe(TensorSpec spec, BitSet inputs, BitSet holds) {}

  /** Runs a program on inputs of the given specs. */
  static Reach of(Program program, Map<String, TensorSpec> inputs) {
    List<String> names = List.copyOf(new TreeMap<>(inputs).keySet());
    Probing probing = new Probing();
    try (Backend backend = Backend.open(probing, BackendOptions.cpu());
        Computation c = backend.compile(program)) {
      Map<String, DeviceArray> arrays = new TreeMap<>();
      inputs.forEach((n, s) -> arrays.put(n, backend.array(HostArray.zeros(s.dtype(), s.shape()))));
      c.run(arrays);
    }
    Set<String> used = new TreeSet<>();
    probing.used.stream().forEach(i -> used.add(names.get(i)));
    Map<String, Integer> bounds = new TreeMap<>();
    probing.bounds.forEach((i, bound) -> bounds.put(names.get(i), bound));
    return new Reach(used, bounds);
  }

  /** A backend that follows dependencies and computes nothing. */
  private static final class Probing implements BackendProvider, Engine<Probe> {
    private final BitSet used = new BitSet();
    private final Map<Integer, Integer> bounds = new TreeMap<>();

    @Override
    public String name() {
      return "probing";
    }

    @Override
    public Optional<String> obstacle() {
      return Optional.empty();
    }

    @Override
    public Engine<?> open(BackendOptions options) {
      return this;
    }

    @Override
    public BackendInfo info() {
      return new BackendInfo("probing", "1", Device.CPU, List.of(Device.CPU), 1);
    }

    @Override
    public Probe upload(HostArray array) {
      return new Probe(array.spec(), new BitSet(), new BitSet());
    }

    @Override
    public HostArray download(Probe handle, TensorSpec spec) {
      return HostArray.zeros(spec.dtype(), spec.shape());
    }

    @Override
    public void release(Probe handle) {}

    @Override
    public long liveHandles() {
      return 0;
    }

    @Override
    public void close() {}

    @Override
    public Executable<Probe> prepare(Body<Probe> body, List<TensorSpec> inputs) {
      return new Executable<>() {
        @Override
        public List<Probe> run(List<Probe> handles, List<Boolean> donated, long seed) {
          List<Probe> numbered = new ArrayList<>();
          for (int i = 0; i < handles.size(); i++) {
            BitSet self = new BitSet();
            self.set(i);
            numbered.add(new Probe(handles.get(i).spec(), self, self));
          }
          List<Probe> out = body.apply(kernels(), numbered);
          out.forEach(p -> used.or(p.inputs()));
          return out;
        }

        @Override
        public void close() {}
      };
    }

    @SuppressWarnings("unchecked") // the arguments are those of the methods named
    private Kernels<Probe> kernels() {
      return (Kernels<Probe>)
          Proxy.newProxyInstance(
              Kernels.class.getClassLoader(),
              new Class<?>[] {Kernels.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "constant" -> upload((HostArray) arguments[0]);
                    case "scope" -> ((Supplier<List<Probe>>) arguments[0]).get();
                    case "valueAndGradients" ->
                        gradients(
                            (Function<List<Probe>, List<Probe>>) arguments[0],
                            (List<Probe>) arguments[1]);
                    default ->
                        method.getReturnType() == Optional.class
                            ? Optional.empty()
                            : operation(method.getName(), arguments);
                  });
    }

    private static List<Probe> gradients(Function<List<Probe>, List<Probe>> loss, List<Probe> at) {
      List<Probe> out = new ArrayList<>(loss.apply(at));
      BitSet inputs = out.get(0).inputs();
      at.forEach(x -> out.add(new Probe(x.spec(), inputs, new BitSet())));
      return out;
    }

    private Object operation(String name, Object[] arguments) {
      if (name.equals("take") || name.equals("gather")) {
        Probe x = (Probe) arguments[0];
        int extent = x.spec().shape().dim((Integer) arguments[2]);
        ((Probe) arguments[1]).holds().stream().forEach(i -> bounds.merge(i, extent, Math::min));
      }
      BitSet inputs = new BitSet();
      BitSet holds = new BitSet();
      operands(arguments)
          .forEach(
              p -> {
                inputs.or(p.inputs());
                holds.or(MOVES.contains(name) ? p.holds() : new BitSet());
              });
      Function<TensorSpec, Probe> result = spec -> new Probe(spec, inputs, holds);
      Object last = arguments[arguments.length - 1];
      if (last instanceof Collection<?> specs) {
        return specs.stream().map(s -> result.apply((TensorSpec) s)).toList();
      }
      return result.apply(last instanceof Probe p ? p.spec() : (TensorSpec) last);
    }

    private static List<Probe> operands(Object[] arguments) {
      List<Probe> operands = new ArrayList<>();
      for (Object a : arguments) {
        Collection<?> each = a instanceof Collection<?> list ? list : List.of(a);
        each.stream().filter(Probe.class::isInstance).map(Probe.class::cast).forEach(operands::add);
      }
      return operands;
    }
  }
}
