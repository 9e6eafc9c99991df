package dev.ligo.spark;

import java.io.Serializable;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the tasks of one run share in a JVM, such as a backend with compiled programs and a frozen
 * model. Tasks are stateless but for it: it is made by the first task in a JVM that asks for it,
 * from what the driver sent, so that a task may be repeated on any executor.
 *
 * @param <T> what is shared
 */
final class Workshop<T extends AutoCloseable> implements Serializable {
  private static final long serialVersionUID = 1;

  /**
   * The one static state of this module: a task has nothing else that outlives it. What is in it
   * ends with the executor's process, or, where driver and executor are one, by {@link #close}.
   */
  private static final Map<UUID, AutoCloseable> OPEN = new ConcurrentHashMap<>();

  private final UUID key = UUID.randomUUID();
  private final Job.Shared<T> opening;

  Workshop(Job.Shared<T> opening) {
    this.opening = opening;
  }

  /** Returns what is shared, which may take its making; several tasks may use it at once. */
  @SuppressWarnings("unchecked") // the key is of this workshop alone
  T get() {
    return (T) OPEN.computeIfAbsent(key, k -> opening.get());
  }

  /** Closes what this JVM has of it; all tasks are done. */
  void close() {
    AutoCloseable shared = OPEN.remove(key);
    if (shared != null) {
      close(shared);
    }
  }

  /** Closes something of which nothing is known but that it can be closed. */
  static void close(AutoCloseable something) {
    try {
      something.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(something + " could not be closed", e);
    }
  }
}
