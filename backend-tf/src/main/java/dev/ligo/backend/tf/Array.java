package dev.ligo.backend.tf;

import org.tensorflow.internal.c_api.TFE_TensorHandle;

/**
 * An array on the device. Its owner and every run that reads it hold it; the last to drop it frees
 * it, so that a run on one thread never reads what another thread releases.
 */
final class Array implements Handle {
  private final TFE_TensorHandle tensor;
  private int holders = 1;

  Array(TFE_TensorHandle tensor) {
    this.tensor = tensor;
  }

  TFE_TensorHandle tensor() {
    return tensor;
  }

  /** Keeps the array until {@link #drop}; false if it was freed already. */
  synchronized boolean hold() {
    if (holders == 0) {
      return false;
    }
    holders++;
    return true;
  }

  synchronized void drop() {
    if (--holders == 0) {
      Tf.delete(tensor);
    }
  }
}
