package dev.ligo.api;

import dev.ligo.api.spi.BackendProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * Stands for a class path with providers on it: defines the given classes anew, outside of the
 * module that they were compiled in, and lists them under {@code META-INF/services}.
 */
final class ServiceClassLoader extends ClassLoader {
  private static final String SERVICES = "META-INF/services/" + BackendProvider.class.getName();

  private final List<String> names;
  private final URL services;

  ServiceClassLoader(ClassLoader parent, Path directory, List<Class<?>> providers)
      throws IOException {
    super(parent);
    names = providers.stream().map(Class::getName).toList();
    Path file = Files.write(directory.resolve("services"), names);
    services = file.toUri().toURL();
  }

  @Override
  protected Enumeration<URL> findResources(String name) {
    return name.equals(SERVICES)
        ? Collections.enumeration(List.of(services))
        : Collections.emptyEnumeration();
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null) {
        return loaded;
      }
      return names.contains(name) ? define(name) : super.loadClass(name, resolve);
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    String file = name.substring(name.lastIndexOf('.') + 1) + ".class";
    try (InputStream in = ServiceClassLoader.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = in.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
