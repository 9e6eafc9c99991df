package dev.ligo.core.growth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.core.model.Axis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProductSelectionTest {
  private static final int NONE = AxisMap.Selection.NONE;

  /** The axis of queries: shared heads, heads of queries for each, units. */
  private static Axis.Width queries(int shared, int group, int width) {
    Axis.Width keyHeads = new Axis.Width("kv_heads", Optional.empty(), shared, Optional.empty());
    Axis.Width heads =
        new Axis.Width("heads", Optional.empty(), shared * group, Optional.of(keyHeads));
    return new Axis.Width("q", Optional.empty(), shared * group * width, Optional.of(heads));
  }

  private static Axis.Width keys(int shared, int width) {
    Axis.Width keyHeads = new Axis.Width("kv_heads", Optional.empty(), shared, Optional.empty());
    return new Axis.Width("k", Optional.empty(), shared * width, Optional.of(keyHeads));
  }

  private static int[] indices(AxisMap.Selection s) {
    int[] index = new int[s.large()];
    Arrays.setAll(index, s::index);
    return index;
  }

  @Test
  void theCornerIsThatOfGroupsHeadsAndUnits() {
    assertThat(indices(ProductSelection.corner(queries(1, 2, 2), queries(2, 3, 3))))
        .containsExactly(
            0, 1, NONE, 2, 3, NONE, NONE, NONE, NONE, // the first group's heads, the third new
            NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE);
  }

  @Test
  void anAxisOfOneFactorHasOneCorner() {
    Axis.Width small = new Axis.Width("ffn", Optional.empty(), 2, Optional.empty());
    Axis.Width large = new Axis.Width("ffn", Optional.empty(), 4, Optional.empty());
    assertThat(indices(ProductSelection.corner(small, large))).containsExactly(0, 1, NONE, NONE);
  }

  /** A query of a group meets the same key's copy, whatever each factor's order. */
  @Test
  void copiedQueriesStayWithTheKeyThatTheirGroupShares() {
    ProductSelection.Rule backwards =
        (small, large, factor) -> {
          int[] index = new int[large];
          Arrays.setAll(index, i -> (large - 1 - i) % small);
          return new AxisMap.Selection(small, index);
        };
    int group = 2;
    int largeGroup = 5;
    int width = 3;
    AxisMap.Selection q =
        ProductSelection.of(queries(2, group, width), queries(3, largeGroup, width), backwards);
    AxisMap.Selection k = ProductSelection.of(keys(2, width), keys(3, width), backwards);
    for (int i = 0; i < q.large(); i++) {
      int largeKey = i / width / largeGroup * width + i % width;
      int smallKey = q.index(i) / width / group * width + q.index(i) % width;
      assertThat(k.index(largeKey)).as("the key of query unit %d", i).isEqualTo(smallKey);
    }
  }

  @Test
  void unitsOfQueriesAndKeysHaveOneNameWithinTheirHeads() {
    List<String> names = new ArrayList<>();
    ProductSelection.Rule noting =
        (small, large, factor) -> {
          names.add(factor);
          return ProductSelection.corner(small, large);
        };
    ProductSelection.of(queries(2, 1, 2), queries(2, 1, 4), noting);
    String queries = names.get(names.size() - 1);
    ProductSelection.of(keys(2, 2), keys(2, 4), noting);
    assertThat(names.get(names.size() - 1)).isEqualTo(queries).isEqualTo("kv_heads/width");
  }
}
