package dev.ligo.testkit;

import dev.ligo.api.Backend;
import dev.ligo.api.Device;

/** What the parts of the kit test: a backend, in three ways. */
interface Subject {
  /** Returns the backend under test, open during all tests of a class. */
  Backend backend();

  /** Returns the same engine with every fused operation composed from primitives. */
  Backend composed();

  /** Opens the backend once more; the caller closes it. */
  Backend another();

  /** Opens the backend on a device; the caller closes it. */
  Backend on(Device device);
}
