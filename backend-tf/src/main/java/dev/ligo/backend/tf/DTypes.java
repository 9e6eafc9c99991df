package dev.ligo.backend.tf;

import dev.ligo.api.DType;
import org.tensorflow.internal.c_api.global.tensorflow;

/** TensorFlow's numbers of the dtypes. */
final class DTypes {
  private DTypes() {}

  static int of(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> tensorflow.TF_FLOAT;
      case FLOAT64 -> tensorflow.TF_DOUBLE;
      case INT32 -> tensorflow.TF_INT32;
      case INT64 -> tensorflow.TF_INT64;
      case BOOL -> tensorflow.TF_BOOL;
    };
  }
}
