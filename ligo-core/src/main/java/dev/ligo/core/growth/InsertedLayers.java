package dev.ligo.core.growth;

import dev.ligo.core.model.Parameter;
import java.util.Arrays;

/**
 * A stack into which layers are inserted that leave the residual stream as it is: each layer of the
 * small model stands in its place, the layers inserted after it follow.
 */
public final class InsertedLayers {
  private final int small;
  private final int[] source;
  private final boolean[] inserted;

  /**
   * @param counts for each small layer itself and the layers after it that are inserted
   */
  private InsertedLayers(int[] counts) {
    small = counts.length;
    int large = Arrays.stream(counts).sum();
    source = new int[large];
    inserted = new boolean[large];
    int l = 0;
    for (int i = 0; i < small; i++) {
      for (int copy = 0; copy < counts[i]; copy++) {
        source[l] = i;
        inserted[l++] = copy > 0;
      }
    }
  }

  /**
   * Inserts after every small layer equally often, once more after the last ones (LEMON).
   *
   * @param small the number of layers in the small model
   * @param large the number of layers in the large model
   * @return where layers come from
   */
  public static InsertedLayers afterTheLast(int small, int large) {
    int[] counts = new int[small];
    Arrays.setAll(counts, i -> large / small + (i >= small - large % small ? 1 : 0));
    return new InsertedLayers(counts);
  }

  /**
   * Inserts after groups of small layers, as equal as can be (LLaMA-Pro).
   *
   * @param small the number of layers in the small model
   * @param large the number of layers in the large model
   * @return where layers come from
   */
  public static InsertedLayers spread(int small, int large) {
    int[] counts = new int[small];
    Arrays.fill(counts, 1);
    int added = large - small;
    for (int j = 1; j <= added; j++) {
      int layers = (int) (((long) j * small + added - 1) / added);
      counts[layers - 1]++;
    }
    return new InsertedLayers(counts);
  }

  /** {@return the map by which an inserted layer copies the one before it} */
  public AxisMap copied() {
    return new AxisMap.Selection(small, source);
  }

  /** {@return the map by which an inserted layer has no source} */
  public AxisMap originals() {
    return where(l -> !inserted[l]);
  }

  /** {@return the map by which the inserted layers alone have a source} */
  public AxisMap inserted() {
    return where(l -> inserted[l]);
  }

  /** {@return the map of the last layer alone of a small layer and those inserted after it} */
  public AxisMap lastOfEach() {
    return where(l -> l + 1 == source.length || source[l + 1] != source[l]);
  }

  private AxisMap where(java.util.function.IntPredicate kept) {
    return new AxisMap.Selection(small, source).where(kept);
  }

  /**
   * {@return the map of a parameter where inserted layers are copies whose branches end in zeros:
   * the parameter that ends a branch has no source in them}
   *
   * @param p the parameter
   * @param stream tells what ends a branch
   */
  public AxisMap endingBranchesInZeros(Parameter p, ResidualStream stream) {
    return stream.endsBranch(p) ? originals() : copied();
  }
}
