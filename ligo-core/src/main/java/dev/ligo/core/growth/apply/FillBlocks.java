package dev.ligo.core.growth.apply;

import dev.ligo.core.growth.AxisMap;
import dev.ligo.core.growth.ParameterGrowth;
import dev.ligo.core.growth.Term;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Use;
import java.util.List;

/**
 * Tells for entries of a layer that no term reaches whether they stand between old or new units.
 */
final class FillBlocks {
  private final ParameterGrowth.Fill fill;
  private final boolean isNew;
  private final int[] dims;
  private final boolean[] reads;

  /** For each axis and place along it whether some term reaches it. */
  private final boolean[][] old;

  FillBlocks(ParameterGrowth growth, int layer) {
    Parameter large = growth.large();
    this.fill = growth.fill();
    this.isNew = growth.terms().noneMatch(t -> t.depth().reaches(layer));
    this.dims = large.shape().dims();
    this.reads = new boolean[dims.length];
    this.old = new boolean[dims.length][];
    for (int axis = 0; axis < dims.length; axis++) {
      reads[axis] = large.uses().get(axis).role() == Use.Role.READ;
      old[axis] = new boolean[dims[axis]];
    }
    for (int part = 0; part < growth.parts().size(); part++) {
      for (Term term : growth.parts().get(part)) {
        mark(large, part, term);
      }
    }
  }

  private void mark(Parameter large, int part, Term term) {
    for (int axis = 0; axis < dims.length; axis++) {
      List<AxisMap> maps = term.maps();
      int[] places = axis == large.partAxis() ? large.partPlaces(part) : new int[0];
      for (int i = 0; i < maps.get(axis).large(); i++) {
        old[axis][places.length == 0 ? i : places[i]] |= maps.get(axis).reaches(i);
      }
    }
  }

  /** Returns the scale of the entry at a place. */
  double scale(int place) {
    if (isNew) {
      return fill.newToNew();
    }
    boolean fromOld = true;
    boolean toOld = true;
    int rest = place;
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      boolean there = old[axis][rest % dims[axis]];
      rest /= dims[axis];
      fromOld &= there || !reads[axis];
      toOld &= there || reads[axis];
    }
    return fill.between(fromOld, toOld);
  }
}
