/** A program that uses ligo through its facade. */
module com.example.plain {
  requires dev.ligo.core;
}
