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
  opens dev.ligo.cli.backends to
      info.picocli;
  opens dev.ligo.cli.clean to
      info.picocli;
  opens dev.ligo.cli.compare to
      info.picocli;
  opens dev.ligo.cli.demo to
      info.picocli;
  opens dev.ligo.cli.evaluate to
      info.picocli;
  opens dev.ligo.cli.finetune to
      info.picocli;
  opens dev.ligo.cli.grow to
      info.picocli;
  opens dev.ligo.cli.inspect to
      info.picocli;
  opens dev.ligo.cli.methods to
      info.picocli;
  opens dev.ligo.cli.options to
      info.picocli;
  opens dev.ligo.cli.plan to
      info.picocli;
  opens dev.ligo.cli.predict to
      info.picocli;
  opens dev.ligo.cli.pretrain to
      info.picocli;
  opens dev.ligo.cli.verify to
      info.picocli;
  opens dev.ligo.cli.training to
      info.picocli;
}
