package dev.ligo.api;

/**
 * Counts the users of something that is freed by hand: it is closed once, and freed when it is
 * closed and its last user has left, on whichever thread that is.
 */
final class RefCount {
  private final Runnable free;
  private int users;
  private boolean closed;

  /** Creates a count that is open and has no user. */
  RefCount(Runnable free) {
    this.free = free;
  }

  /** Enters a user, who then must {@link #leave}; false if it is closed. */
  synchronized boolean enter() {
    if (!closed) {
      users++;
    }
    return !closed;
  }

  /** Enters the last user of all and closes; false if it is closed, or another user is there. */
  synchronized boolean enterAlone() {
    boolean alone = !closed && users == 0;
    if (alone) {
      users++;
      closed = true;
    }
    return alone;
  }

  /** Leaves, and frees if it was closed meanwhile and nobody else is there. */
  void leave() {
    boolean last;
    synchronized (this) {
      last = --users == 0 && closed;
    }
    if (last) {
      free.run();
    }
  }

  /** Closes, and frees unless a user is there, who then does; closing twice does nothing. */
  void close() {
    boolean last;
    synchronized (this) {
      last = !closed && users == 0;
      closed = true;
    }
    if (last) {
      free.run();
    }
  }

  synchronized boolean isClosed() {
    return closed;
  }
}
