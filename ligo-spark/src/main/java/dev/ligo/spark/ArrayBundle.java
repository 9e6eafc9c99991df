package dev.ligo.spark;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Named arrays as Java's serialization, which Spark uses, carries them. */
public final class ArrayBundle implements Externalizable {
  private static final long serialVersionUID = 1;

  private transient SortedMap<String, HostArray> arrays;

  /** For the serialization alone. */
  public ArrayBundle() {
    this(Map.of());
  }

  ArrayBundle(Map<String, HostArray> arrays) {
    this.arrays = new TreeMap<>(arrays);
  }

  SortedMap<String, HostArray> arrays() {
    return arrays;
  }

  @Override
  public void writeExternal(ObjectOutput out) throws IOException {
    out.writeInt(arrays.size());
    for (var e : arrays.entrySet()) {
      HostArray a = e.getValue();
      out.writeUTF(e.getKey());
      out.writeUTF(a.dtype().name());
      out.writeInt(a.shape().rank());
      for (int i = 0; i < a.shape().rank(); i++) {
        out.writeInt(a.shape().dim(i));
      }
      byte[] bytes = new byte[a.bytes().remaining()];
      a.bytes().get(bytes);
      out.write(bytes);
    }
  }

  @Override
  public void readExternal(ObjectInput in) throws IOException {
    arrays = new TreeMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      String name = in.readUTF();
      DType dtype = DType.valueOf(in.readUTF());
      int[] dims = new int[in.readInt()];
      for (int i = 0; i < dims.length; i++) {
        dims[i] = in.readInt();
      }
      Shape shape = Shape.of(dims);
      byte[] bytes = new byte[Math.toIntExact(shape.size() * dtype.bytes())];
      in.readFully(bytes);
      arrays.put(name, HostArray.wrap(dtype, shape, ByteBuffer.wrap(bytes)));
    }
  }
}
