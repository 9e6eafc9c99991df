package dev.ligo.testkit;

import dev.ligo.api.Backend;
import dev.ligo.api.BackendOptions;
import dev.ligo.api.Device;
import dev.ligo.api.spi.Requirement;
import java.util.List;

/** What the parts of the kit test: a backend, in three ways. */
interface Subject {
  /** Returns the backend under test, open during all tests of a class. */
  Backend backend();

  /** Returns the same engine with every fused operation composed from primitives. */
  Backend composed();

  /** Opens the backend once more; the caller closes it. */
  Backend another();

  /** Opens the backend in another way; the caller closes it. */
  Backend with(BackendOptions options);

  /** Returns what the backend says that a kind of device needs. */
  List<Requirement> requirements(Device.Kind kind);

  /** Returns whether the backend declares a behaviour. */
  boolean has(Behaviour behaviour);
}
