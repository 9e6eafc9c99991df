package dev.ligo.api.spi;

import dev.ligo.api.BackendInfo;
import dev.ligo.api.HostArray;
import dev.ligo.api.TensorSpec;
import java.util.List;

/**
 * An opened backend: memory on a device and the means to run programs there. Methods may be called
 * from any thread; an engine that cannot run two programs at once serialises them.
 *
 * <p>A handle stands for one array on the device. Whoever was given it releases it; the engine
 * counts those that live.
 *
 * @param <H> the engine's own type of handle
 */
public interface Engine<H> extends AutoCloseable {
  /** {@return what was opened} */
  BackendInfo info();

  /**
   * {@return a new handle to a copy of a host array}
   *
   * @param array the values to copy
   */
  H upload(HostArray array);

  /**
   * {@return a copy of an array, whose dtype and shape are given}
   *
   * @param handle the handle
   * @param spec its dtype and shape
   */
  HostArray download(H handle, TensorSpec spec);

  /**
   * Releases an array.
   *
   * @param handle the handle
   */
  void release(H handle);

  /**
   * Prepares a program for inputs of fixed dtypes and shapes. An engine that differentiates graphs
   * traces the body here, once; one that records as it runs applies it at each run.
   *
   * @param body the computation
   * @param inputs the inputs' dtypes and shapes, in order
   * @return what runs it
   */
  Executable<H> prepare(Body<H> body, List<TensorSpec> inputs);

  /** {@return the number of handles given out, by upload and by runs, and not yet released} */
  long liveHandles();

  /** Frees everything that the engine holds. */
  @Override
  void close();

  /**
   * A program over handles.
   *
   * @param <H> the engine's own type of handle
   */
  @FunctionalInterface
  interface Body<H> {
    /**
     * {@return the outputs for the inputs, whose order is fixed}
     *
     * @param kernels what to compute with
     * @param inputs the inputs' handles, in order
     */
    List<H> apply(Kernels<H> kernels, List<H> inputs);
  }

  /**
   * A body prepared for one signature of inputs.
   *
   * @param <H> the engine's own type of handle
   */
  interface Executable<H> extends AutoCloseable {
    /**
     * Runs the body and returns new handles, none of which is an input's, even where the body
     * returns an input.
     *
     * @param inputs the inputs, which stay the caller's
     * @param donated for each input whether its buffer may be overwritten; the caller releases it
     *     after the run in any case
     * @param seed what {@link Kernels#dropoutMask} draws from
     * @return the outputs' handles, in order
     */
    List<H> run(List<H> inputs, List<Boolean> donated, long seed);

    @Override
    void close();
  }
}
