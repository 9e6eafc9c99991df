/** The {@code ligo} command. */
module dev.ligo.cli {
  requires dev.ligo.core;
  requires info.picocli;
  requires me.tongfei.progressbar;
  requires org.slf4j;
  requires static org.jspecify;

  opens dev.ligo.cli to
      info.picocli;
}
