package dev.ligo.backend.djl;

/**
 * What torch keeps for each thread, set for the length of a run and put back: whether it records
 * (by default on, but off on the thread that loaded it) and how many threads an operation may use
 * (torch's own call holds for the calling thread alone once it has computed anything).
 */
final class ThreadState {
  private final boolean recording;
  private final int threads;

  private ThreadState(boolean recording, int threads) {
    this.recording = recording;
    this.threads = threads;
  }

  /** Sets the calling thread up for a run. */
  static ThreadState enter(int threads) {
    ThreadState before = new ThreadState(Torch.isRecording(), Torch.threads());
    Torch.setRecording(false);
    setThreads(threads);
    // Scripts here are single calls: specialising them to shapes costs more than it can give.
    Torch.setScriptOptimizer(false);
    return before;
  }

  private static void setThreads(int threads) {
    if (Torch.threads() != threads) {
      Torch.setThreads(threads);
    }
  }

  void restore() {
    Torch.setRecording(recording);
    setThreads(threads);
    Torch.setScriptOptimizer(true);
  }
}
