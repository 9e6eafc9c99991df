package dev.ligo.core.growth.apply;

import dev.ligo.api.Backend;
import dev.ligo.api.CancelledException;
import dev.ligo.api.Computation;
import dev.ligo.api.DType;
import dev.ligo.api.DeviceArray;
import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Program;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.core.growth.GrowthOperator;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.model.Initializer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Applies an operator to a checkpoint's values, one group (the same-named tensors of a stack) at a
 * time, so that memory is needed for the largest group and not for the model; where rows are only
 * copied, for few of its layers. A large table of tokens is grown rows after rows.
 */
public final class OperatorApplication {
  /** Reads the small model. */
  @FunctionalInterface
  public interface Source {
    /**
     * {@return the values of a parameter, floating}
     *
     * @param name the parameter's name
     */
    HostArray read(String name);

    /**
     * {@return the type that they have}
     *
     * @param name the parameter's name
     */
    default DType dtype(String name) {
      return read(name).dtype();
    }

    /**
     * {@return rows of a parameter, its entries along the first axis}
     *
     * @param name the parameter's name
     * @param from the first row, from 0
     * @param to the row after the last one
     */
    default HostArray rows(String name, int from, int to) {
      HostArray all = read(name);
      Shape shape = all.shape();
      int each = Math.toIntExact(all.spec().bytes() / shape.dim(0));
      return HostArray.wrap(
          all.dtype(),
          shape.withDim(0, to - from),
          all.bytes().slice(from * each, (to - from) * each));
    }
  }

  /** Receives a tensor of the large model. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Takes the values of a parameter by its name.
     *
     * @param name the parameter's name
     * @param values the grown values
     */
    void accept(String name, HostArray values);

    /**
     * Takes a parameter of the small model as it is, if that can be without its values.
     *
     * @param small its name in the small model
     * @param large its name in the large model
     * @return whether it was taken; else its values follow
     */
    default boolean copy(String small, String large) {
      return false;
    }
  }

  /** Receives tensors of the large model, and large tables of tokens by their rows. */
  public interface RowSink extends Sink {
    /**
     * Takes rows of a parameter, its entries along the first axis, in their order.
     *
     * @param name the parameter's name
     * @param from the first row, from 0
     * @param rows the grown values
     * @param last whether they are the parameter's last ones
     */
    void accept(String name, int from, HostArray rows, boolean last);
  }

  /** The elements of a table of tokens that are grown at once. */
  private static final long BLOCK = 1 << 22;

  /** The layers that are held at once: what a large layer is made of, of most methods. */
  private static final int KEPT = 2;

  private final GrowthOperator operator;
  private final Source source;
  private final Supplier<Backend> backend;
  private final long block;

  /**
   * Creates the application.
   *
   * @param operator the operator
   * @param source reads the small model
   * @param backend gives the backend, asked only if a term multiplies by a matrix
   */
  public OperatorApplication(GrowthOperator operator, Source source, Supplier<Backend> backend) {
    this(operator, source, backend, BLOCK);
  }

  /**
   * Creates the application.
   *
   * @param block the elements of a table of tokens that are grown at once
   */
  OperatorApplication(
      GrowthOperator operator, Source source, Supplier<Backend> backend, long block) {
    this.operator = operator;
    this.source = source;
    this.backend = backend;
    this.block = block;
  }

  /**
   * Grows every parameter, in the order of their names, and then hands out the fresh ones.
   *
   * @param sink takes what has grown
   * @throws CancelledException if the thread is interrupted
   */
  public void run(Sink sink) {
    Set<String> moved = move(sink);
    for (ParameterGrowth growth : operator.parameters().values()) {
      CancelledException.throwIfInterrupted("growing");
      if (sink instanceof RowSink rows
          && RowGrowth.takes(growth, block)
          && !moved.contains(growth.large().at(0))) {
        byRows(growth, rows);
      } else if (growth.isSelection()) {
        onHost(growth, sink, moved);
      } else {
        onDevice(growth, sink);
      }
    }
    operator.fresh().forEach(sink::accept);
  }

  /**
   * Hands over what only moves, in the order of names, which is that of the files.
   *
   * @return the names of what was taken
   */
  private Set<String> move(Sink sink) {
    SortedMap<String, String> small = new TreeMap<>();
    for (ParameterGrowth growth : operator.parameters().values()) {
      for (int l = 0; growth.isSelection() && l < growth.largeLayers(); l++) {
        OptionalInt same = HostGrowth.copied(growth, l);
        if (same.isPresent()) {
          small.put(growth.large().at(l), growth.small().at(same.getAsInt()));
        }
      }
    }
    Set<String> taken = new HashSet<>();
    small.forEach(
        (to, from) -> {
          CancelledException.throwIfInterrupted("growing");
          if (sink.copy(from, to)) {
            taken.add(to);
          }
        });
    return taken;
  }

  /** Grows a table of tokens, rows after rows, of which each comes from few. */
  private void byRows(ParameterGrowth growth, RowSink sink) {
    String large = growth.large().at(0);
    Optional<Initializer.Draws> draws =
        growth.isFilled()
            ? Optional.of(growth.large().initializer().draws(large, operator.seed()))
            : Optional.empty();
    new RowGrowth(growth, source)
        .each(
            block,
            (from, rows, values) -> {
              CancelledException.throwIfInterrupted("growing");
              Shape shape = rows.large().shape();
              Optional<HostArray> fill =
                  draws.map(d -> HostGrowth.fill(rows, 0, d.next(values.dtype(), shape)));
              HostArray grown =
                  rows.isSelection()
                      ? HostGrowth.grow(rows, 0, l -> values, fill)
                      : onDevice(rows, List.of(values), fill.map(f -> join(List.of(f)))).get(0);
              boolean last = from + shape.dim(0) == growth.large().shape().dim(0);
              sink.accept(large, from, grown, last);
            });
  }

  /** Grows one parameter, or one stack's parameters, on the host, where few layers are held. */
  private void onHost(ParameterGrowth growth, Sink sink, Set<String> moved) {
    boolean wide =
        IntStream.range(0, growth.smallLayers())
            .mapToObj(l -> source.dtype(growth.small().at(l)))
            .anyMatch(d -> d == DType.FLOAT64);
    DType dtype = wide ? DType.FLOAT64 : source.dtype(growth.small().at(0));
    IntFunction<HostArray> small = lastLayers(growth, dtype);
    for (int l = 0; l < growth.largeLayers(); l++) {
      CancelledException.throwIfInterrupted("growing");
      if (moved.contains(growth.large().at(l))) {
        continue;
      }
      Optional<HostArray> fill = HostGrowth.fill(growth, l, dtype, operator.seed());
      sink.accept(growth.large().at(l), HostGrowth.grow(growth, l, small, fill));
    }
  }

  /** Reads layers of a small parameter as they are asked for, and keeps the last ones. */
  private IntFunction<HostArray> lastLayers(ParameterGrowth growth, DType dtype) {
    Map<Integer, HostArray> kept =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Integer, HostArray> eldest) {
            return size() > KEPT;
          }
        };
    return l -> kept.computeIfAbsent(l, n -> source.read(growth.small().at(n)).as(dtype));
  }

  /** Grows one parameter, or one stack's parameters, by the program that LiGO learns through. */
  private void onDevice(ParameterGrowth growth, Sink sink) {
    List<HostArray> small = layers(growth, source::read);
    List<HostArray> large =
        onDevice(growth, small, fill(growth, small.get(0).dtype(), operator.seed()));
    for (int l = 0; l < growth.largeLayers(); l++) {
      sink.accept(growth.large().at(l), large.get(l));
    }
  }

  /** Returns the large layers that a program makes of small ones and what is added. */
  private List<HostArray> onDevice(
      ParameterGrowth growth, List<HostArray> layers, Optional<HostArray> added) {
    HostArray small = join(layers);
    Map<String, HostArray> inputs = new HashMap<>();
    inputs.put("small", small);
    added.ifPresent(f -> inputs.put("fill", f));
    growth
        .factors()
        .forEach(
            f ->
                inputs.put(
                    "factor/" + f.name(), operator.factors().get(f.name()).as(small.dtype())));
    Program program =
        (t, in) -> {
          Optional<Tensor> fill = in.has("fill") ? Optional.of(in.get("fill")) : Optional.empty();
          Tensor large =
              new TensorGrowth(t, in.under("factor/")).grow(growth, in.get("small"), fill);
          return NamedTensors.of("large", large);
        };
    Backend b = backend.get();
    Map<String, DeviceArray> arrays = b.arrays(inputs);
    try (Computation computation = b.compile(program);
        DeviceArray large = computation.run(Map.of(), arrays, 0).get("large")) {
      HostArray values = large.toHost();
      return IntStream.range(0, growth.largeLayers()).mapToObj(l -> layer(values, l)).toList();
    }
  }

  /**
   * {@return the layers of a small parameter one after the other, (layers, …)}
   *
   * @param growth how the parameter grows
   * @param source gives a small parameter's values by name
   */
  public static HostArray stack(ParameterGrowth growth, Function<String, HostArray> source) {
    return join(layers(growth, source));
  }

  /** Returns the layers of a small parameter, all in float64 where one is: none is narrowed. */
  private static List<HostArray> layers(
      ParameterGrowth growth, Function<String, HostArray> source) {
    List<HostArray> layers =
        IntStream.range(0, growth.smallLayers())
            .mapToObj(l -> source.apply(growth.small().at(l)))
            .toList();
    boolean wide = layers.stream().anyMatch(a -> a.dtype() == DType.FLOAT64);
    return wide ? layers.stream().map(a -> a.as(DType.FLOAT64)).toList() : layers;
  }

  /**
   * {@return what no term reaches in a large parameter's layers, (layers, …), if there is any}
   *
   * @param growth how the parameter grows
   * @param dtype the element type
   * @param seed what random numbers are drawn from
   */
  public static Optional<HostArray> fill(ParameterGrowth growth, DType dtype, long seed) {
    List<HostArray> layers = new ArrayList<>();
    for (int l = 0; l < growth.largeLayers(); l++) {
      HostGrowth.fill(growth, l, dtype, seed).ifPresent(layers::add);
    }
    return layers.isEmpty() ? Optional.empty() : Optional.of(join(layers));
  }

  private static HostArray join(List<HostArray> layers) {
    HostArray first = layers.get(0);
    int[] dims = new int[first.shape().rank() + 1];
    dims[0] = layers.size();
    System.arraycopy(first.shape().dims(), 0, dims, 1, dims.length - 1);
    java.nio.ByteBuffer all =
        java.nio.ByteBuffer.allocate(Math.toIntExact(first.spec().bytes() * layers.size()));
    layers.forEach(l -> all.put(l.bytes()));
    return HostArray.wrap(first.dtype(), Shape.of(dims), all.flip());
  }

  private static HostArray layer(HostArray layers, int l) {
    int[] dims = layers.shape().dims();
    Shape shape = Shape.of(java.util.Arrays.copyOfRange(dims, 1, dims.length));
    int bytes = Math.toIntExact(layers.spec().bytes() / dims[0]);
    return HostArray.wrap(layers.dtype(), shape, layers.bytes().slice(l * bytes, bytes));
  }
}
