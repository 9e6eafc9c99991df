/**
 * The {@code ligo} command. Backends and model families are found through services, in {@code
 * dev.ligo.api} and {@code dev.ligo.core}.
 */
@org.jspecify.annotations.NullMarked
module dev.ligo.cli {
  requires com.google.gson;
  requires dev.ligo.api;
  requires dev.ligo.core;
  requires info.picocli;
  requires me.tongfei.progressbar;
  requires static org.jspecify;

  opens dev.ligo.cli to
      info.picocli;
}
