package dev.ligo.core.hostile;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The default file system, of which a test is told before each operation that changes something. It
 * may look at the files as they are then, or let the operation fail.
 */
final class WatchedFiles extends FileSystemProvider {
  /** What is told. */
  interface Watcher {
    /**
     * Looks on before an operation.
     *
     * @param operation what is to be done, such as "write"
     * @throws IOException to let it fail
     */
    void before(String operation, Path real) throws IOException;
  }

  private static final Set<StandardOpenOption> CHANGING =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  private final Watched fileSystem = new Watched();
  private final Watcher watcher;

  private final DurableFiles durable = new DurableFiles();

  WatchedFiles(Watcher watcher) {
    this.watcher = watcher;
  }

  /** Returns what of the files a loss of power would leave. */
  DurableFiles durable() {
    return durable;
  }

  /** Returns a path as the code that is tested is given it. */
  Path watched(Path real) {
    return (Path)
        Proxy.newProxyInstance(
            Path.class.getClassLoader(),
            new Class<?>[] {Path.class},
            (proxy, method, arguments) -> call(real, method, arguments));
  }

  private Object call(Path real, Method method, Object[] arguments) throws Throwable {
    if (method.getName().equals("getFileSystem")) {
      return fileSystem;
    }
    Object[] plain = arguments == null ? new Object[0] : arguments.clone();
    for (int i = 0; i < plain.length; i++) {
      plain[i] = plain[i] instanceof Path p ? real(p) : plain[i];
    }
    try {
      Object result = method.invoke(real, plain);
      return result instanceof Path p ? watched(p) : result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static Path real(Path path) {
    return Path.of(path.toString());
  }

  private void change(String operation, Path path) throws IOException {
    watcher.before(operation, path);
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    Path file = real(path);
    boolean created = options.stream().anyMatch(CHANGING::contains) && !Files.exists(file);
    if (created) {
      change("create", file);
    }
    FileChannel channel = FileChannel.open(file, options, attributes);
    if (created) {
      durable.created(file);
    }
    return new Channel(file, channel);
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(real(directory))) {
      stream.forEach(p -> entries.add(watched(p)));
    }
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        return entries.iterator();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
    change("create", real(directory));
    Files.createDirectory(real(directory), attributes);
    durable.created(real(directory));
  }

  @Override
  public void delete(Path path) throws IOException {
    change("delete", real(path));
    Files.delete(real(path));
    durable.deleted(real(path));
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) throws IOException {
    throw new UnsupportedOperationException("a copy, of which nothing is known here");
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    change("move", real(target));
    Files.move(real(source), real(target), options);
    durable.moved(real(source), real(target));
  }

  @Override
  public boolean isSameFile(Path a, Path b) throws IOException {
    return Files.isSameFile(real(a), real(b));
  }

  @Override
  public boolean isHidden(Path path) throws IOException {
    return Files.isHidden(real(path));
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    return Files.getFileStore(real(path));
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    Path file = real(path);
    file.getFileSystem().provider().checkAccess(file, modes);
  }

  @Override
  public <V extends FileAttributeView> V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    return Files.getFileAttributeView(real(path), type, options);
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    return Files.readAttributes(real(path), type, options);
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
      throws IOException {
    return Files.readAttributes(real(path), attributes, options);
  }

  @Override
  public void setAttribute(Path path, String attribute, Object value, LinkOption... options)
      throws IOException {
    Files.setAttribute(real(path), attribute, value, options);
  }

  @Override
  public String getScheme() {
    return "watched";
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    return fileSystem;
  }

  @Override
  public Path getPath(URI uri) {
    throw new UnsupportedOperationException();
  }

  /** What a path says that it is of. */
  private final class Watched extends FileSystem {
    private final FileSystem real = Path.of("").getFileSystem();

    @Override
    public FileSystemProvider provider() {
      return WatchedFiles.this;
    }

    @Override
    public void close() {}

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public boolean isReadOnly() {
      return false;
    }

    @Override
    public String getSeparator() {
      return real.getSeparator();
    }

    @Override
    public Iterable<Path> getRootDirectories() {
      return real.getRootDirectories();
    }

    @Override
    public Iterable<FileStore> getFileStores() {
      return real.getFileStores();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
      return real.supportedFileAttributeViews();
    }

    @Override
    public Path getPath(String first, String... more) {
      return watched(real.getPath(first, more));
    }

    @Override
    public PathMatcher getPathMatcher(String pattern) {
      return real.getPathMatcher(pattern);
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
      return real.getUserPrincipalLookupService();
    }

    @Override
    public WatchService newWatchService() throws IOException {
      return real.newWatchService();
    }
  }

  /** A file that tells of each stretch that is written. */
  private final class Channel extends FileChannel {
    private final Path file;
    private final FileChannel real;

    Channel(Path file, FileChannel real) {
      this.file = file;
      this.real = real;
    }

    private void write(String operation) throws IOException {
      change(operation, file);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      write("write");
      return real.write(from);
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
      write("write");
      return real.write(from, position);
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
      write("write");
      return real.write(from, offset, length);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      write("truncate");
      real.truncate(size);
      return this;
    }

    @Override
    public void force(boolean metadata) throws IOException {
      change("force", file);
      real.force(metadata);
      durable.forced(file);
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
      return real.read(to);
    }

    @Override
    public int read(ByteBuffer to, long position) throws IOException {
      return real.read(to, position);
    }

    @Override
    public long read(ByteBuffer[] to, int offset, int length) throws IOException {
      return real.read(to, offset, length);
    }

    @Override
    public long position() throws IOException {
      return real.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
      real.position(position);
      return this;
    }

    @Override
    public long size() throws IOException {
      return real.size();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target)
        throws IOException {
      return real.transferTo(position, count, target);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count)
        throws IOException {
      write("write");
      return real.transferFrom(source, position, count);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
      return real.map(mode, position, size);
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
      return real.lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
      return real.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
      real.close();
    }
  }
}
