package dev.ligo.api;

import dev.ligo.api.spi.Engine;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A {@link Program} compiled by a {@link Backend}. It is prepared once for each signature (names,
 * dtypes and shapes of the inputs), at the first run with it, and reused after that; keep shapes
 * fixed. The {@value #MOST_SIGNATURES} that were used last are kept. Whoever compiled it closes it,
 * or leaves that to the backend.
 *
 * <p>Any thread may run it, and several may at once. A run keeps what it uses: if this computation
 * or an input is closed meanwhile, it is freed when the run ends.
 */
public final class Computation implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Computation.class.getName());
  private static final int MANY_SIGNATURES = 8;
  private static final int MOST_SIGNATURES = 64;

  private record Signature(List<String> names, List<TensorSpec> specs) {}

  private record Result(List<String> names, List<TensorSpec> specs) {}

  /** A program prepared for a signature, with the names and specs of its outputs. */
  private static final class Prepared {
    private final Engine.Executable<Object> executable;

    /** Its runs: one that is not kept any more is freed when the last of them ends. */
    private final RefCount runs;

    private volatile Result result = new Result(List.of(), List.of());

    Prepared(Backend backend, Engine<Object> engine, Program program, Signature s) {
      executable =
          engine.prepare(
              (kernels, in) -> {
                NamedTensors out =
                    backend.applying(
                        () -> Tensors.apply(program, kernels, s.names(), s.specs(), in));
                result =
                    new Result(
                        List.copyOf(out.names()),
                        out.asMap().values().stream().map(Tensor::spec).toList());
                return out.asMap().values().stream().map(Tensor::rawHandle).toList();
              },
              s.specs());
      runs = new RefCount(executable::close);
    }
  }

  private final Backend backend;
  private final Program program;

  /** The one that was used last is the last. */
  private final Map<Signature, Prepared> prepared = new LinkedHashMap<>(16, 0.75f, true);

  private boolean warned;
  private final RefCount refCount = new RefCount(this::free);

  Computation(Backend backend, Program program) {
    this.backend = backend;
    this.program = program;
  }

  /**
   * Runs without donated inputs and with seed 0.
   *
   * @param inputs the arrays by name, all of this backend
   * @return the outputs by name, each to be closed
   */
  public SortedMap<String, DeviceArray> run(Map<String, DeviceArray> inputs) {
    return run(inputs, Map.of(), 0);
  }

  /**
   * Runs the program.
   *
   * @param inputs inputs that stay as they are
   * @param donated inputs that are closed in any case: when the run ends, when it fails, and when
   *     it is refused; their memory may be used for the outputs
   * @param seed what dropout draws its masks from
   * @return the outputs by name, each the caller's to close
   * @throws IllegalUseException if this or an array was closed, an array is another backend's, a
   *     name is in both maps, a donated array is passed twice or in use by another thread's run
   * @throws TensorException if the program refuses the shapes or dtypes
   * @throws BackendException if the engine fails
   */
  public SortedMap<String, DeviceArray> run(
      Map<String, DeviceArray> inputs, Map<String, DeviceArray> donated, long seed) {
    try {
      return backend.using(engine -> run(engine, inputs, donated, seed));
    } finally {
      donated.values().forEach(DeviceArray::close);
    }
  }

  private SortedMap<String, DeviceArray> run(
      Engine<Object> engine,
      Map<String, DeviceArray> inputs,
      Map<String, DeviceArray> donated,
      long seed) {
    TreeMap<String, DeviceArray> all = new TreeMap<>(inputs);
    all.putAll(donated);
    checkInputs(inputs, donated, all);
    if (!refCount.enter()) {
      throw new IllegalUseException("a computation was run after it was closed.");
    }
    List<DeviceArray> entered = new ArrayList<>(all.size());
    try {
      List<Boolean> gifts = new ArrayList<>(all.size());
      all.forEach(
          (name, array) -> {
            boolean gift = donated.containsKey(name);
            if (gift) {
              array.donate();
            } else {
              array.enter();
            }
            entered.add(array);
            gifts.add(gift);
          });
      return run(engine, List.copyOf(all.keySet()), entered, gifts, seed);
    } finally {
      entered.forEach(DeviceArray::leave);
      refCount.leave();
    }
  }

  private SortedMap<String, DeviceArray> run(
      Engine<Object> engine,
      List<String> names,
      List<DeviceArray> arrays,
      List<Boolean> gifts,
      long seed) {
    List<TensorSpec> specs = arrays.stream().map(DeviceArray::spec).toList();
    List<Object> handles = arrays.stream().map(DeviceArray::handle).toList();
    Prepared p = enter(engine, new Signature(names, specs));
    try {
      List<Object> out = p.executable.run(handles, gifts, seed);
      TreeMap<String, DeviceArray> outputs = new TreeMap<>();
      for (int i = 0; i < out.size(); i++) {
        outputs.put(
            p.result.names().get(i), new DeviceArray(backend, out.get(i), p.result.specs().get(i)));
      }
      return outputs;
    } finally {
      p.runs.leave();
    }
  }

  private void checkInputs(
      Map<String, DeviceArray> inputs,
      Map<String, DeviceArray> donated,
      Map<String, DeviceArray> all) {
    if (all.size() != inputs.size() + donated.size()) {
      List<String> both = inputs.keySet().stream().filter(donated::containsKey).sorted().toList();
      throw new IllegalUseException("inputs that are passed and donated at once: " + both + ".");
    }
    IdentityHashMap<DeviceArray, String> gifts = new IdentityHashMap<>();
    donated.forEach(
        (name, array) -> {
          String other = gifts.put(array, name);
          if (other != null) {
            throw new IllegalUseException(
                "one array was donated twice, as '" + other + "' and '" + name + "'.");
          }
        });
    all.forEach(
        (name, array) -> {
          if (array.backend() != backend) {
            throw new IllegalUseException(
                "input '"
                    + name
                    + "' lives on another backend, "
                    + array.backend()
                    + "; copy it with toHost() and array().");
          }
          if (!donated.containsKey(name) && gifts.containsKey(array)) {
            throw new IllegalUseException(
                "input '" + name + "' is the array donated as '" + gifts.get(array) + "'.");
          }
        });
  }

  /** Returns the program prepared for a signature, of which one run more has begun. */
  private synchronized Prepared enter(Engine<Object> engine, Signature signature) {
    Prepared p = prepared.get(signature);
    if (p == null) {
      p = new Prepared(backend, engine, program, signature);
      prepared.put(signature, p);
      if (prepared.size() > MOST_SIGNATURES) {
        Iterator<Prepared> oldestFirst = prepared.values().iterator();
        Prepared oldest = oldestFirst.next();
        oldestFirst.remove();
        oldest.runs.close();
      }
      if (prepared.size() == MANY_SIGNATURES && !warned) {
        warned = true;
        LOG.log(
            System.Logger.Level.WARNING,
            "a computation was prepared for {0} signatures; each costs a trace on some backends: "
                + "keep the shapes of its inputs fixed",
            MANY_SIGNATURES);
      }
    }
    p.runs.enter();
    return p;
  }

  /** {@return for how many signatures of inputs the program is prepared} */
  public synchronized int signatures() {
    return prepared.size();
  }

  /** Frees what the backend holds for this computation. Closing twice does nothing. */
  @Override
  public void close() {
    refCount.close();
  }

  private void free() {
    backend.forget(this);
    backend.free(this::closePrepared);
  }

  private synchronized void closePrepared() {
    prepared.values().forEach(p -> p.runs.close());
    prepared.clear();
  }
}
