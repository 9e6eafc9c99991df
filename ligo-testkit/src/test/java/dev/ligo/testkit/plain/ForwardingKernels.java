package dev.ligo.testkit.plain;

import dev.ligo.api.HostArray;
import dev.ligo.api.TensorSpec;
import dev.ligo.api.spi.Kernels;
import dev.ligo.backend.plain.PlainArray;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Kernels that do what others do: what a defect overrides one method of. */
class ForwardingKernels implements Kernels<PlainArray> {
  private final Kernels<PlainArray> k;

  ForwardingKernels(Kernels<PlainArray> kernels) {
    this.k = kernels;
  }

  @Override
  public PlainArray constant(HostArray value) {
    return k.constant(value);
  }

  @Override
  public PlainArray unary(Unary function, PlainArray x, TensorSpec result) {
    return k.unary(function, x, result);
  }

  @Override
  public PlainArray binary(Binary function, PlainArray a, PlainArray b, TensorSpec result) {
    return k.binary(function, a, b, result);
  }

  @Override
  public PlainArray where(PlainArray condition, PlainArray a, PlainArray b, TensorSpec result) {
    return k.where(condition, a, b, result);
  }

  @Override
  public PlainArray reduce(
      Reduction reduction, PlainArray x, int[] axes, boolean keepAxes, TensorSpec result) {
    return k.reduce(reduction, x, axes, keepAxes, result);
  }

  @Override
  public PlainArray argMax(PlainArray x, int axis, TensorSpec result) {
    return k.argMax(x, axis, result);
  }

  @Override
  public PlainArray matmul(
      PlainArray a, boolean transposeA, PlainArray b, boolean transposeB, TensorSpec result) {
    return k.matmul(a, transposeA, b, transposeB, result);
  }

  @Override
  public PlainArray reshape(PlainArray x, TensorSpec result) {
    return k.reshape(x, result);
  }

  @Override
  public PlainArray permute(PlainArray x, int[] order, TensorSpec result) {
    return k.permute(x, order, result);
  }

  @Override
  public PlainArray broadcastTo(PlainArray x, TensorSpec result) {
    return k.broadcastTo(x, result);
  }

  @Override
  public PlainArray slice(PlainArray x, int axis, int from, int to, TensorSpec result) {
    return k.slice(x, axis, from, to, result);
  }

  @Override
  public PlainArray pad(PlainArray x, int axis, int before, int after, TensorSpec result) {
    return k.pad(x, axis, before, after, result);
  }

  @Override
  public PlainArray concat(List<PlainArray> parts, int axis, TensorSpec result) {
    return k.concat(parts, axis, result);
  }

  @Override
  public List<PlainArray> split(PlainArray x, int axis, List<TensorSpec> results) {
    return k.split(x, axis, results);
  }

  @Override
  public PlainArray take(PlainArray x, PlainArray indices, int axis, TensorSpec result) {
    return k.take(x, indices, axis, result);
  }

  @Override
  public PlainArray gather(PlainArray x, PlainArray indices, int axis, TensorSpec result) {
    return k.gather(x, indices, axis, result);
  }

  @Override
  public PlainArray cast(PlainArray x, TensorSpec result) {
    return k.cast(x, result);
  }

  @Override
  public PlainArray stopGradient(PlainArray x) {
    return k.stopGradient(x);
  }

  @Override
  public PlainArray dropoutMask(double rate, long place, TensorSpec result) {
    return k.dropoutMask(rate, place, result);
  }

  @Override
  public List<PlainArray> valueAndGradients(
      Function<List<PlainArray>, List<PlainArray>> loss,
      List<PlainArray> at,
      List<TensorSpec> specs) {
    return k.valueAndGradients(loss, at, specs);
  }

  @Override
  public List<PlainArray> scope(Supplier<List<PlainArray>> region) {
    return k.scope(region);
  }

  @Override
  public PlainArray recomputed(Supplier<PlainArray> region) {
    return k.recomputed(region);
  }

  @Override
  public Optional<PlainArray> linear(
      PlainArray x, PlainArray weight, Optional<PlainArray> bias, TensorSpec result) {
    return k.linear(x, weight, bias, result);
  }

  @Override
  public Optional<PlainArray> layerNorm(
      PlainArray x, PlainArray gamma, PlainArray beta, double epsilon, TensorSpec result) {
    return k.layerNorm(x, gamma, beta, epsilon, result);
  }

  @Override
  public Optional<PlainArray> softmax(PlainArray x, TensorSpec result) {
    return k.softmax(x, result);
  }

  @Override
  public Optional<PlainArray> logSoftmax(PlainArray x, TensorSpec result) {
    return k.logSoftmax(x, result);
  }

  @Override
  public Optional<PlainArray> gelu(PlainArray x, TensorSpec result) {
    return k.gelu(x, result);
  }

  @Override
  public Optional<PlainArray> geluTanh(PlainArray x, TensorSpec result) {
    return k.geluTanh(x, result);
  }

  @Override
  public Optional<PlainArray> silu(PlainArray x, TensorSpec result) {
    return k.silu(x, result);
  }

  @Override
  public Optional<PlainArray> sumOfSquares(
      List<PlainArray> operands, List<TensorSpec> specs, TensorSpec result) {
    return k.sumOfSquares(operands, specs, result);
  }

  @Override
  public Optional<PlainArray> crossEntropy(
      PlainArray logits, PlainArray labels, TensorSpec result) {
    return k.crossEntropy(logits, labels, result);
  }

  @Override
  public Optional<PlainArray> linearCrossEntropy(
      PlainArray x,
      PlainArray weight,
      Optional<PlainArray> bias,
      PlainArray labels,
      PlainArray weights,
      TensorSpec result) {
    return k.linearCrossEntropy(x, weight, bias, labels, weights, result);
  }

  @Override
  public Optional<PlainArray> attention(
      PlainArray query,
      PlainArray key,
      PlainArray value,
      Optional<PlainArray> bias,
      double scale,
      TensorSpec result) {
    return k.attention(query, key, value, bias, scale, result);
  }

  @Override
  public Optional<List<AdamWState<PlainArray>>> adamW(AdamWArguments<PlainArray> arguments) {
    return k.adamW(arguments);
  }
}
