package dev.ligo.core.growth.method;

import dev.ligo.core.model.Axis;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Parameter;
import dev.ligo.core.model.Task;
import dev.ligo.core.model.Use;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where heads write a width of the model's body again: the transform of a masked language model's
 * head reads the hidden units and writes as many, which the decoder reads. The description names
 * one axis for both, since a tied decoder is the table of embeddings.
 *
 * @param parameters the names of the heads' parameters
 * @param axes the names of the axes that heads write and the body uses
 */
record HeadTransforms(Set<String> parameters, Set<String> axes) {
  static final HeadTransforms NONE = new HeadTransforms(Set.of(), Set.of());

  static HeadTransforms of(ModelSpec<?> model) {
    Set<String> heads = new HashSet<>();
    for (Task<?> head : model.heads()) {
      heads.addAll(model.headParameters(head.name()));
    }
    Set<String> body = new HashSet<>();
    Set<String> written = new HashSet<>();
    for (Parameter p : model.layout().parameters()) {
      if (heads.contains(p.name())) {
        written(p).forEach(a -> written.add(a.name()));
      } else {
        uses(p).forEach(u -> width(u).forEach(a -> body.add(a.name())));
      }
    }
    written.retainAll(body);
    return new HeadTransforms(Set.copyOf(heads), Set.copyOf(written));
  }

  /**
   * Returns whether a parameter uses an axis as a transform's result: it writes it in a head, or
   * reads it as the head's last layer, which writes no width.
   */
  boolean transforms(Parameter p, Axis.Width axis, Use.Role role) {
    return axes.contains(axis.name())
        && parameters.contains(p.name())
        && (role != Use.Role.READ || written(p).findAny().isEmpty());
  }

  private static Stream<Use> uses(Parameter p) {
    return p.parts().stream().flatMap(uses -> uses.stream());
  }

  private static Stream<Axis.Width> written(Parameter p) {
    return uses(p).filter(u -> u.role() != Use.Role.READ).flatMap(HeadTransforms::width);
  }

  private static Stream<Axis.Width> width(Use use) {
    return use.axis() instanceof Axis.Width w ? Stream.of(w) : Stream.empty();
  }
}
