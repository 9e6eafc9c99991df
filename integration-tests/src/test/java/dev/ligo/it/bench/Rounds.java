package dev.ligo.it.bench;

import java.util.Arrays;
import java.util.List;

/**
 * The times of contestants that took turns, so that whatever else ran on the machine hit them
 * alike.
 *
 * @param seconds for each contestant its time in each round
 */
record Rounds(List<double[]> seconds) {
  /** The rounds that are not counted: code is compiled and memory found in them. */
  static final int WARM_UP = 3;

  /** Lets contestants run one after the other, in an order that turns from round to round. */
  static Rounds of(Settings settings, List<Runnable> contestants) {
    int rounds = settings.rounds();
    int n = contestants.size();
    List<double[]> seconds = contestants.stream().map(c -> new double[rounds]).toList();
    for (int round = -WARM_UP; round < rounds; round++) {
      for (int i = 0; i < n; i++) {
        int turn = Math.floorMod(round % 2 == 0 ? i : n - 1 - i, n);
        double time = settings.clock().time(contestants.get(turn));
        if (round >= 0) {
          seconds.get(turn)[round] = time;
        }
      }
    }
    return new Rounds(seconds);
  }

  /** Returns the least time of a contestant. */
  double best(int contestant) {
    return Arrays.stream(seconds.get(contestant)).min().orElseThrow();
  }

  /** Returns the ratio of two contestants' least times. */
  double ratio(int contestant, int to) {
    return best(contestant) / best(to);
  }

  /** Returns the median of the rounds' ratios. */
  double medianRatio(int contestant, int to) {
    double[] ratios = new double[seconds.get(0).length];
    Arrays.setAll(ratios, r -> seconds.get(contestant)[r] / seconds.get(to)[r]);
    Arrays.sort(ratios);
    int middle = ratios.length / 2;
    return ratios.length % 2 == 1 ? ratios[middle] : (ratios[middle - 1] + ratios[middle]) / 2;
  }
}
