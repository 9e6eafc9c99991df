package dev.ligo.core.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.OptionalLong;

/** A disk that takes some bytes and then is full, whatever it says of the room it has. */
final class FullDisk implements Disk {
  private final OptionalLong claimed;
  private long left;

  FullDisk(OptionalLong claimed, long left) {
    this.claimed = claimed;
    this.left = left;
  }

  @Override
  public SeekableByteChannel create(Path file) throws IOException {
    return new Channel(SYSTEM.create(file));
  }

  @Override
  public OptionalLong usableBytes(Path directory) {
    return claimed;
  }

  private final class Channel implements SeekableByteChannel {
    private final SeekableByteChannel file;

    Channel(SeekableByteChannel file) {
      this.file = file;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      if (left < source.remaining()) {
        throw new FileSystemException("file", "", "No space left on device");
      }
      left -= source.remaining();
      return file.write(source);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      return file.read(target);
    }

    @Override
    public long position() throws IOException {
      return file.position();
    }

    @Override
    public SeekableByteChannel position(long position) throws IOException {
      file.position(position);
      return this;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
      file.truncate(size);
      return this;
    }

    @Override
    public boolean isOpen() {
      return file.isOpen();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
