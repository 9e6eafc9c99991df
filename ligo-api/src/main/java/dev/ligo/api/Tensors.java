package dev.ligo.api;

import dev.ligo.api.spi.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One application of a {@link Program}: makes constants, opens scopes, differentiates. It and all
 * its tensors end with the application.
 */
public final class Tensors {
  /**
   * What a loss function returns.
   *
   * @param value the loss, a floating scalar
   * @param auxiliaries whatever else is to leave the function, as constants
   */
  public record Loss(Tensor value, NamedTensors auxiliaries) {
    /**
     * A loss without auxiliaries.
     *
     * @param value the loss, a floating scalar
     */
    public Loss(Tensor value) {
      this(value, NamedTensors.empty());
    }
  }

  /**
   * A loss with its gradients.
   *
   * @param value the loss
   * @param auxiliaries the loss function's auxiliaries
   * @param gradients the gradient of the loss for each variable, under the variables' names
   */
  public record ValueAndGradients(Tensor value, NamedTensors auxiliaries, NamedTensors gradients) {}

  /** The stretch of an application in which a tensor may be used. */
  static final class Region {
    private final String name;
    private boolean open = true;

    private Region(String name) {
      this.name = name;
    }

    void checkOpen() {
      if (!open) {
        throw new IllegalUseException(
            "a tensor was used after the "
                + name
                + " that made it had ended; return it from there to use it outside.");
      }
    }
  }

  private final Kernels<Object> kernels;
  private Region region = new Region("program");
  private boolean differentiating;
  private boolean recomputing;
  private long places;

  @SuppressWarnings("unchecked") // the handles come from these kernels and go back to them alone
  Tensors(Kernels<?> kernels) {
    this.kernels = (Kernels<Object>) kernels;
  }

  /** Applies a program to handles: the way from a backend's handles to tensors and back. */
  static NamedTensors apply(
      Program program, Kernels<?> kernels, List<String> names, List<TensorSpec> specs, List<?> in) {
    Tensors t = new Tensors(kernels);
    try {
      NamedTensors outputs = program.apply(t, t.named(names, specs, in));
      outputs.forEach(e -> e.getValue().handle(t));
      return outputs;
    } finally {
      t.region.open = false;
    }
  }

  Kernels<Object> kernels() {
    return kernels;
  }

  Tensor tensor(Object handle, TensorSpec spec) {
    return new Tensor(this, region, new Tensor.Storage(), handle, spec);
  }

  Tensor view(Tensor of, Object handle, TensorSpec spec) {
    return new Tensor(this, region, of.storage(), handle, spec);
  }

  long nextPlace() {
    return places++;
  }

  /**
   * {@return a constant with the values of a host array, which are fixed when a trace is made}
   *
   * @param value the values
   */
  public Tensor constant(HostArray value) {
    region.checkOpen();
    return tensor(kernels.constant(value), value.spec());
  }

  /**
   * {@return a scalar constant}
   *
   * @param dtype the element type
   * @param value the value
   */
  public Tensor scalar(DType dtype, double value) {
    return constant(HostArray.scalar(dtype, value));
  }

  /**
   * {@return a constant with one value everywhere}
   *
   * @param dtype the element type
   * @param shape the extents
   * @param value the value
   */
  public Tensor full(DType dtype, Shape shape, double value) {
    return scalar(dtype, value).broadcastTo(shape);
  }

  /**
   * {@return the int64 constant 0, 1, …, n − 1}
   *
   * @param n the number of elements
   */
  public Tensor range(int n) {
    Shape shape = Shape.of(n);
    long[] values = new long[n];
    Arrays.setAll(values, i -> i);
    return constant(HostArray.of(shape, values));
  }

  /**
   * Joins tensors along an axis.
   *
   * @param axis the axis
   * @param parts the tensors in their order
   * @return the tensors together
   * @throws TensorException if there are none, or dtypes or other extents differ
   */
  public Tensor concat(int axis, List<Tensor> parts) {
    if (parts.isEmpty()) {
      throw new TensorException("concat joins at least one tensor, found none.");
    }
    Tensor first = parts.get(0);
    TensorSpec result =
        ResultSpecs.concat(first.spec(), parts.stream().map(Tensor::spec).toList(), axis);
    List<Object> handles = parts.stream().map(p -> p.handle(this)).toList();
    if (parts.size() == 1) {
      return first;
    }
    return tensor(kernels.concat(handles, first.shape().axis(axis), result), result);
  }

  /**
   * Joins tensors of one shape along a new first axis.
   *
   * @param parts the tensors in their order
   * @return the tensors together, of one axis more
   */
  public Tensor stack(List<Tensor> parts) {
    List<Tensor> expanded = new ArrayList<>();
    for (Tensor p : parts) {
      expanded.add(p.expandDims(0));
    }
    return concat(0, expanded);
  }

  /**
   * Returns the sum of the squares of all elements of tensors: the square of their global norm. An
   * engine may read each element once.
   *
   * @param xs the tensors, of one floating dtype
   * @return Σ x², a scalar
   * @throws TensorException if there are none, or dtypes differ
   */
  public Tensor sumOfSquares(List<Tensor> xs) {
    if (xs.isEmpty()) {
      throw new TensorException("sumOfSquares needs at least one tensor, found none.");
    }
    TensorSpec first = xs.get(0).spec();
    Checks.floating("sumOfSquares", first);
    xs.forEach(x -> Checks.sameDType("sumOfSquares", first, x.spec()));
    TensorSpec result = new TensorSpec(first.dtype(), Shape.of());
    List<Object> handles = xs.stream().map(x -> x.handle(this)).toList();
    return kernels
        .sumOfSquares(handles, xs.stream().map(Tensor::spec).toList(), result)
        .map(sum -> tensor(sum, result))
        .orElseGet(() -> Composition.sumOfSquares(this, xs));
  }

  /**
   * Runs a region whose intermediates may be freed when it ends: a layer, an update of one
   * parameter. It changes no result.
   *
   * @param region what is run
   * @return what the region returned; its other tensors cannot be used any more
   */
  public List<Tensor> scope(Supplier<List<Tensor>> region) {
    List<TensorSpec> specs = new ArrayList<>();
    List<Tensor.Storage> storages = new ArrayList<>();
    List<Object> handles =
        kernels.scope(
            () ->
                within(
                    "scope",
                    () -> {
                      List<Object> out = new ArrayList<>();
                      for (Tensor x : region.get()) {
                        out.add(x.handle(this));
                        specs.add(x.spec());
                        storages.add(x.storage());
                      }
                      return out;
                    }));
    List<Tensor> out = new ArrayList<>();
    for (int i = 0; i < handles.size(); i++) {
      out.add(new Tensor(this, this.region, storages.get(i), handles.get(i), specs.get(i)));
    }
    return out;
  }

  /**
   * Runs a {@link #scope} that returns one tensor.
   *
   * @param region what is run
   * @return what the region returned
   */
  public Tensor scopeOf(Supplier<Tensor> region) {
    return scope(() -> List.of(region.get())).get(0);
  }

  /**
   * Runs a region of a loss, such as a layer, whose intermediates are not kept for the way back: a
   * backend that can runs the region again there, so that its memory is that of one region and of
   * the results between them. It changes no result, and dropout draws the same masks. Elsewhere,
   * and inside another such region, it is a {@link #scopeOf}.
   *
   * @param region what is run, perhaps twice; what it uses of a scope around it must outlive the
   *     loss
   * @return what the region returned, floating
   * @throws TensorException if the region returns a tensor that is not floating
   */
  public Tensor recomputed(Supplier<Tensor> region) {
    if (!differentiating || recomputing) {
      return scopeOf(region);
    }
    long place = places;
    List<Tensor> result = new ArrayList<>();
    Object handle = kernels.recomputed(() -> result(region, place, result));
    return tensor(handle, result.get(0).spec());
  }

  /** Runs a region from its first place on, on its way back too. */
  private Object result(Supplier<Tensor> region, long place, List<Tensor> result) {
    long after = places;
    places = place;
    recomputing = true;
    try {
      return within(
          "recomputed region",
          () -> {
            Tensor y = region.get();
            Checks.floating("recomputed", y.spec());
            result.add(y);
            return y.handle(this);
          });
    } finally {
      recomputing = false;
      places = Math.max(places, after);
    }
  }

  /**
   * Applies a loss to variables and differentiates it. What the loss captures besides its argument
   * is a constant. A variable that the loss does not reach has a gradient of zeros. Several calls
   * one after another are fine; one inside another's loss is refused.
   *
   * @param loss a function of the variables, under the names of {@code at}
   * @param at the values at which to differentiate, floating
   * @return the loss, the auxiliaries and a gradient for each variable
   * @throws IllegalUseException if called inside another's loss
   * @throws TensorException if the value is no floating scalar or a variable is not floating
   */
  public ValueAndGradients valueAndGradients(Function<NamedTensors, Loss> loss, NamedTensors at) {
    if (differentiating) {
      throw new IllegalUseException(
          "valueAndGradients was called inside another's loss: derivatives are not nested; "
              + "call one after the other.");
    }
    List<String> names = List.copyOf(at.names());
    List<Tensor> variables = List.copyOf(at.asMap().values());
    List<Object> handles = new ArrayList<>();
    List<TensorSpec> specs = new ArrayList<>();
    for (Tensor x : variables) {
      Checks.floating("valueAndGradients", x.spec());
      handles.add(x.handle(this));
      specs.add(x.spec());
    }
    List<String> auxiliaryNames = new ArrayList<>();
    List<Tensor> results = new ArrayList<>();
    List<Object> out;
    differentiating = true;
    try {
      out =
          within(
              "loss",
              () ->
                  kernels.valueAndGradients(
                      in -> {
                        Loss l = loss.apply(views(names, variables, in));
                        return lossHandles(l, auxiliaryNames, results);
                      },
                      handles,
                      specs));
    } finally {
      differentiating = false;
    }
    int first = results.size();
    return new ValueAndGradients(
        view(results.get(0), out.get(0), results.get(0).spec()),
        views(auxiliaryNames, results.subList(1, first), out.subList(1, first)),
        named(names, specs, out.subList(first, out.size())));
  }

  private NamedTensors named(List<String> names, List<TensorSpec> specs, List<?> handles) {
    Map<String, Tensor> m = new TreeMap<>();
    for (int i = 0; i < names.size(); i++) {
      m.put(names.get(i), tensor(handles.get(i), specs.get(i)));
    }
    return NamedTensors.of(m);
  }

  /** Names the handles that engines gave for tensors: they may share the tensors' memory. */
  private NamedTensors views(List<String> names, List<Tensor> of, List<Object> handles) {
    Map<String, Tensor> m = new TreeMap<>();
    for (int i = 0; i < names.size(); i++) {
      m.put(names.get(i), view(of.get(i), handles.get(i), of.get(i).spec()));
    }
    return NamedTensors.of(m);
  }

  private List<Object> lossHandles(Loss loss, List<String> names, List<Tensor> results) {
    Tensor value = loss.value();
    Checks.floating("a loss", value.spec());
    if (value.shape().rank() != 0) {
      throw new TensorException(
          "a loss is a scalar, found shape " + value.shape() + "; reduce it with sum() or mean().");
    }
    List<Object> out = new ArrayList<>();
    out.add(value.handle(this));
    results.add(value);
    for (var e : loss.auxiliaries()) {
      names.add(e.getKey());
      out.add(e.getValue().handle(this));
      results.add(e.getValue());
    }
    return out;
  }

  private <R> R within(String name, Supplier<R> body) {
    Region outer = region;
    Region inner = new Region(name);
    region = inner;
    try {
      return body.get();
    } finally {
      inner.open = false;
      region = outer;
    }
  }
}
