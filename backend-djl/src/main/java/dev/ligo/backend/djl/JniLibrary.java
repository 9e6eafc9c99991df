package dev.ligo.backend.djl;

import ai.djl.util.ClassLoaderUtils;
import dev.ligo.api.BackendException;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * DJL's own native library on the class path, which stands between Java and libtorch. There is one
 * for each platform and flavor, all for one version of torch.
 *
 * @param platform this platform, such as linux-x86_64
 * @param torch the version of torch that it is built for, such as 2.7.1
 * @param flavors what it is built for on this platform, such as cpu and cu128
 */
record JniLibrary(String platform, String torch, List<String> flavors) {
  /** The flavor without CUDA. */
  static final String CPU = "cpu";

  private static final String DIRECTORY = "jnilib/";
  private static final String PROPERTIES = DIRECTORY + "pytorch.properties";

  /** Returns that of the class path for a platform, if it is there and in a jar. */
  static Optional<JniLibrary> ofClassPath(String platform) {
    URL url = ClassLoaderUtils.getContextClassLoader().getResource(PROPERTIES);
    try {
      if (url == null || !(url.openConnection() instanceof JarURLConnection connection)) {
        return Optional.empty();
      }
      connection.setUseCaches(false);
      try (JarFile jar = connection.getJarFile();
          InputStream in = jar.getInputStream(connection.getJarEntry())) {
        Properties properties = new Properties();
        properties.load(in);
        // The versions of torch and of DJL, such as 2.7.1-0.36.0.
        String torch = properties.getProperty("jni_version", "").replaceFirst("-.*", "");
        Pattern library =
            Pattern.compile(
                Pattern.quote(DIRECTORY + platform + "/") + "([^/]+)/[^/]*djl_torch\\.[a-z]+");
        return Optional.of(
            new JniLibrary(
                platform,
                torch,
                Collections.list(jar.entries()).stream()
                    .flatMap(entry -> Stream.of(library.matcher(entry.getName())))
                    .filter(m -> m.matches())
                    .map(m -> m.group(1))
                    .sorted()
                    .toList()));
      }
    } catch (IOException e) {
      throw new BackendException("cannot read " + PROPERTIES + " from the class path.", e);
    }
  }

  /** Returns the flavor to take with libraries that are built for CUDA, or that are not. */
  Optional<String> flavor(boolean cuda) {
    return flavors.stream().filter(f -> f.equals(CPU) != cuda).findFirst();
  }
}
