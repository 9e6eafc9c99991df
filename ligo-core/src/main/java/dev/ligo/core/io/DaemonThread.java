package dev.ligo.core.io;

/** Makes threads that work beside another and do not keep the program from ending. */
public final class DaemonThread {
  private DaemonThread() {}

  /**
   * Makes a thread, which is not started yet.
   *
   * @param name what it is called
   * @param work what it does
   * @return the thread
   */
  public static Thread of(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
