package dev.ligo.cli;

import java.lang.module.ModuleDescriptor;
import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** Prints the version of this module, of Java and of the system for {@code --version}. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version =
        Optional.ofNullable(Version.class.getModule().getDescriptor())
            .flatMap(ModuleDescriptor::rawVersion)
            .orElse("(built without a version)");
    return new String[] {
      "ligo " + version, "Java ${java.version} (${java.vendor}), ${os.name} ${os.arch}"
    };
  }
}
