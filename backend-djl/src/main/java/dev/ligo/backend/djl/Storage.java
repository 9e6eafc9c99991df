package dev.ligo.backend.djl;

/**
 * What arrays that share memory share: whether anyone outside a run might still read it. Memory
 * that is shared is never written to, even if a handle on it is donated.
 */
final class Storage {
  private volatile boolean shared;

  private Storage(boolean shared) {
    this.shared = shared;
  }

  /** Returns the storage of an array that was just computed. */
  static Storage exclusive() {
    return new Storage(false);
  }

  /** Returns the storage of an array whose memory may be another's too. */
  static Storage shared() {
    return new Storage(true);
  }

  void share() {
    shared = true;
  }

  boolean isShared() {
    return shared;
  }
}
