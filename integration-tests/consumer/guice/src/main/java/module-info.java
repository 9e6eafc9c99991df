/** A program that has ligo injected. */
module com.example.guice {
  requires dev.ligo.core;

  opens com.example.guice to
      com.google.guice;
}
