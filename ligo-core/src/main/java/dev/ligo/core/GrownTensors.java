package dev.ligo.core;

import dev.ligo.api.HostArray;
import dev.ligo.core.checkpoint.FileDType;
import dev.ligo.core.checkpoint.StoredTensor;
import dev.ligo.core.data.ProgressListener;
import dev.ligo.core.data.Work;
import dev.ligo.core.growth.apply.OperatorApplication;
import java.util.Map;
import java.util.Optional;

/** Writes the tensors of a growth as they are made; what only moves keeps its bytes. */
final class GrownTensors implements OperatorApplication.RowSink {
  private final GrownTypes types;
  private final Map<String, FileDType> dtypes;
  private final CheckpointWriter writer;
  private final ProgressListener listener;
  private final Work work;
  private long written;

  /**
   * Begins the work.
   *
   * @param dtypes what the tensors are stored as
   * @param tensors the number of tensors
   */
  GrownTensors(
      GrownTypes types,
      Map<String, FileDType> dtypes,
      CheckpointWriter writer,
      ProgressListener listener,
      long tensors) {
    this.types = types;
    this.dtypes = dtypes;
    this.writer = writer;
    this.listener = listener;
    this.work = new Work("growing", "tensors", tensors);
    work.begin(listener);
  }

  @Override
  public void accept(String name, HostArray values) {
    writer.write(name, types.rounded(name, values));
    work.done(listener, ++written);
  }

  @Override
  public void accept(String name, int from, HostArray rows, boolean last) {
    writer.writeRows(name, from, types.rounded(name, rows));
    if (last) {
      work.done(listener, ++written);
    }
  }

  @Override
  public boolean copy(String from, String to) {
    Optional<StoredTensor> stored = types.unchanged(from, dtypes.get(to));
    boolean copied =
        stored.isPresent() && writer.copy(to, stored.get(), () -> types.small().notFinite(from));
    if (copied) {
      work.done(listener, ++written);
    }
    return copied;
  }
}
