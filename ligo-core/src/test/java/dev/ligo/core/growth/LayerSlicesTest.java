package dev.ligo.core.growth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerSlicesTest {
  private static List<Integer> sources(LayerSlices slices) {
    AxisMap.Selection map = slices.map(100, l -> "layers." + l + ".weight");
    List<Integer> sources = new ArrayList<>();
    for (int l = 0; l < map.large(); l++) {
      sources.add(map.index(l));
    }
    return sources;
  }

  @Test
  void rangesFollowEachOtherAndLeaveTheirLastNumberOut() {
    LayerSlices slices = LayerSlices.parse("0-3,1-4,2-3").orElseThrow();
    assertThat(slices.layers()).isEqualTo(7);
    assertThat(sources(slices)).containsExactly(0, 1, 2, 1, 2, 3, 2);
    assertThat(LayerSlices.parse("0-3/1-4/2-3")).contains(slices);
  }

  @Test
  void theFirstFilterThatMatchesTheSourcesNameHolds() {
    LayerSlices slices = LayerSlices.parse("0-2,0-3:layers.2=0.5:weight=2:=3").orElseThrow();
    AxisMap.Selection weight = slices.map(3, l -> "layers." + l + ".weight");
    AxisMap.Selection bias = slices.map(3, l -> "layers." + l + ".bias");
    assertThat(List.of(weight.scale(0), weight.scale(1), weight.scale(2)))
        .containsExactly(1., 1., 2.);
    assertThat(weight.scale(4)).isEqualTo(0.5);
    assertThat(bias.scale(2)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0-3", "0-3,1-4", "0-4,3-4:o_proj=0.0:down_proj=0.0,4-8:=-1.5"})
  void theTextIsReadBack(String text) {
    assertThat(LayerSlices.parse(text).orElseThrow()).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "3",
        "3-1",
        "2-2",
        "-1-2",
        "0-3,",
        "0-3;1-4",
        "0-3:o_proj",
        "0-3:o_proj=",
        "0-3:a=x",
        "0-3:a=NaN",
        "0-3:a=Infinity",
        "0-99999999999",
        "0-999999999,0-999999999,0-999999999"
      })
  void otherTextsAreNone(String text) {
    assertThat(LayerSlices.parse(text)).isEmpty();
  }

  @Test
  void solarRepeatsTheMiddle() {
    assertThat(LayerSlices.solar(32, 48)).hasToString("0-24,8-32");
    assertThat(LayerSlices.solar(30, 41)).hasToString("0-21,10-30");
    assertThat(LayerSlices.solar(1, 1)).hasToString("0-1");
    assertThatThrownBy(() -> LayerSlices.solar(4, 9))
        .isInstanceOf(GrowthException.class)
        .hasMessageContaining("at most 8 layers, not 9");
  }

  @Test
  void whatIsNoSliceOrScaleIsRefused() {
    assertThatThrownBy(() -> new LayerSlices(List.of()))
        .isInstanceOf(GrowthException.class)
        .hasMessageContaining("at least one slice, found none");
    assertThatThrownBy(() -> new LayerSlices.Slice(3, 3, List.of()))
        .isInstanceOf(GrowthException.class)
        .hasMessageContaining("found 3-3");
    assertThatThrownBy(() -> new LayerSlices.Scale("o_proj", Double.NaN))
        .isInstanceOf(GrowthException.class)
        .hasMessageContaining("'o_proj' should be a finite number, found NaN");
  }
}
