package dev.ligo.backend.djl;

import ai.djl.ndarray.types.DataType;
import dev.ligo.api.TensorSpec;

/** DJL's names of the dtypes. Others than these abort the process in DJL's native code. */
final class DTypes {
  private DTypes() {}

  static DataType of(TensorSpec spec) {
    return switch (spec.dtype()) {
      case FLOAT32 -> DataType.FLOAT32;
      case FLOAT64 -> DataType.FLOAT64;
      case INT32 -> DataType.INT32;
      case INT64 -> DataType.INT64;
      case BOOL -> DataType.BOOLEAN;
    };
  }
}
