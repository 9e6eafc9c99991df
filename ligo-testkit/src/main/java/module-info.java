/**
 * The conformance kit: whoever writes a backend extends {@link dev.ligo.testkit.BackendConformance}
 * in a test and knows when it is done.
 */
@org.jspecify.annotations.NullMarked
module dev.ligo.testkit {
  requires transitive dev.ligo.core;
  requires transitive org.junit.jupiter.api;
  requires org.assertj.core;
  requires static org.jspecify;

  exports dev.ligo.testkit;

  opens dev.ligo.testkit to
      org.junit.platform.commons;

  uses dev.ligo.api.spi.BackendProvider;
  uses dev.ligo.core.growth.GrowthMethod;
  uses dev.ligo.core.model.Architecture;
}
