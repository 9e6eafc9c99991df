package dev.ligo.core;

import dev.ligo.api.HostArray;
import dev.ligo.api.Shape;
import dev.ligo.core.checkpoint.CheckpointException;
import dev.ligo.core.checkpoint.FileSpec;
import dev.ligo.core.checkpoint.HuggingFaceDirectory;
import dev.ligo.core.checkpoint.StoredTensor;
import dev.ligo.core.model.Dialect;
import dev.ligo.core.model.Layout;
import dev.ligo.core.model.ModelSpec;
import dev.ligo.core.model.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Where a checkpoint's files hold a model's parameters: under their own names or tied ones, in one
 * of the family's dialects.
 *
 * @param directory the files
 * @param names the names of their tensors
 * @param dialect the dialect that they are written in
 * @param ties the names that are tied, of the model with all heads that the family has
 * @param base what the names of the model without heads begin with, up to their first dot, in this
 *     dialect and the canonical one
 */
record TensorPlaces(
    HuggingFaceDirectory directory,
    TensorNames names,
    Dialect dialect,
    Ties ties,
    Set<String> base) {
  /** The elements of two tensors that are compared at once. */
  private static final long COMPARED = 1 << 22;

  /**
   * The names that are tied.
   *
   * @param all the parameters by the names that stand for them
   * @param equal those of them that should hold the same values
   */
  record Ties(Map<String, String> all, Map<String, String> equal) {
    private static <C> Ties of(ModelSpec<C> base) {
      Map<String, String> all = new TreeMap<>();
      Map<String, String> equal = new TreeMap<>();
      List<Layout> layouts = new ArrayList<>(List.of(base.layout()));
      for (Task<C> task : base.architecture().tasks()) {
        Layout head = new Layout(0);
        task.parameters(base.config(), head);
        layouts.add(head);
      }
      for (Layout layout : layouts) {
        all.putAll(layout.ties());
        equal.putAll(layout.ties());
        // What a duplicate holds is never read where there is the other.
        equal.keySet().removeAll(layout.duplicates().keySet());
      }
      return new Ties(all, equal);
    }

    /** Returns the names that hold the same as one, the most likely ones first. */
    private Stream<String> namesOf(String name) {
      return Stream.concat(
          all.entrySet().stream().filter(e -> e.getValue().equals(name)).map(Map.Entry::getKey),
          Stream.ofNullable(all.get(name)));
    }
  }

  /**
   * Finds the names and the dialect in which the fewest parameters are missing.
   *
   * @param base the model without heads
   * @throws CheckpointException if parameters are missing in every dialect
   */
  static <C> TensorPlaces of(ModelSpec<C> base, HuggingFaceDirectory directory) {
    Ties ties = Ties.of(base);
    TensorPlaces places =
        TensorNames.readings(directory).stream()
            .flatMap(
                names ->
                    base.architecture().dialects().stream()
                        .map(d -> new TensorPlaces(directory, names, d, ties, starts(base, d))))
            .min(Comparator.comparingInt(p -> p.missing(base.layout()).size()))
            .orElseThrow();
    places.checkListed(base.layout());
    Set<String> missing = places.missing(base.layout());
    if (!missing.isEmpty()) {
      throw new CheckpointException(
          directory.path(),
          "lacks "
              + missing.size()
              + (missing.size() == 1 ? " tensor" : " tensors")
              + " of a "
              + base.architecture().name()
              + ", such as '"
              + missing.iterator().next()
              + "'"
              + places.found()
              + "; is it a complete checkpoint of this family?");
    }
    return places;
  }

  /** Returns a name that the files have in the place of the model's, in words. */
  private String found() {
    return names.stored().keySet().stream()
        .filter(n -> !base.contains(start(n)))
        .findFirst()
        .map(n -> "; found others, such as '" + n + "'")
        .orElse("");
  }

  private static Set<String> starts(ModelSpec<?> base, Dialect dialect) {
    return base.layout().shapes().keySet().stream()
        .flatMap(n -> Stream.of(start(n), start(dialect.place(n).tensor())))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static String start(String tensor) {
    return tensor.replaceFirst("\\..*", "");
  }

  /** Refuses an index that lists tensors, and not as other names of those that there are. */
  private void checkListed(Layout layout) {
    directory
        .absentTensors()
        .forEach(
            (name, shard) -> {
              String tensor = names.clean(name);
              boolean tied =
                  ties.all().entrySet().stream()
                      .flatMap(e -> Stream.of(e.getKey(), e.getValue()))
                      .anyMatch(
                          n -> dialect.place(n).tensor().equals(tensor) && find(n).isPresent());
              if (!tied && !layout.isIgnored(tensor)) {
                throw new CheckpointException(
                    directory.path().resolve(shard),
                    "has no tensor '" + name + "', though the index says so.");
              }
            });
  }

  private Set<String> missing(Layout layout) {
    return layout.shapes().keySet().stream()
        .filter(n -> find(n).isEmpty())
        .map(n -> dialect.place(n).tensor())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns these places, where what was tied before is found under either name still. */
  TensorPlaces withTiesOf(TensorPlaces other) {
    Map<String, String> all = new TreeMap<>(other.ties.all());
    all.putAll(ties.all());
    return new TensorPlaces(directory, names, dialect, new Ties(all, ties.equal()), base);
  }

  /** Returns the pairs of names that are tied while the files hold other values under each. */
  List<Map.Entry<String, String>> contradictions() {
    return ties.equal().entrySet().stream()
        .filter(e -> differ(dialect.place(e.getKey()), dialect.place(e.getValue())))
        .toList();
  }

  /** Returns whether a name is never read where there is another one, and written beside it. */
  boolean isDuplicate(String name, String other) {
    return other.equals(ties.all().get(name)) && !ties.equal().containsKey(name);
  }

  /**
   * Returns what to say of tensors that are written for the public implementation and never read:
   * of those that hold something else than what is read, and of those that stand in its place. Of
   * those that the config ties by itself {@link #contradictions} tells.
   */
  List<String> ofDuplicates(Layout layout) {
    List<String> notes = new ArrayList<>();
    layout
        .duplicates()
        .forEach(
            (duplicate, name) -> {
              Dialect.Place unread = dialect.place(duplicate);
              Dialect.Place read = dialect.place(name);
              if (!names.stored().containsKey(unread.tensor())) {
                return;
              }
              boolean tied = duplicate.equals(ties.all().get(name)); // by the config, as it was
              if (!tied && !names.stored().containsKey(read.tensor())) {
                notes.add(
                    "the files hold '%s' and no '%s': it is taken for both, as in transformers 4;"
                            .formatted(unread.tensor(), read.tensor())
                        + " transformers 5 begins the other afresh");
              } else if (!tied && differ(unread, read)) {
                notes.add(
                    "'%s' and '%s' differ: the model adds the latter, and the former is left out"
                        .formatted(unread.tensor(), read.tensor()));
              }
            });
    return notes;
  }

  private boolean differ(Dialect.Place one, Dialect.Place other) {
    if (!names.stored().containsKey(one.tensor()) || !names.stored().containsKey(other.tensor())) {
      return false;
    }
    Shape shape = spec(one).shape();
    if (!shape.equals(spec(other).shape())) {
      return true;
    }
    int step = shape.rowsOf(COMPARED);
    return IntStream.iterate(0, from -> from < rows(one), from -> from + step)
        .anyMatch(
            from -> {
              int to = Math.min(rows(one), from + step);
              return differ(rows(one, from, to), rows(other, from, to));
            });
  }

  private static boolean differ(HostArray a, HostArray b) {
    return a.dtype() == b.dtype()
        ? a.bytes().mismatch(b.bytes()) >= 0
        : IntStream.range(0, a.size()).anyMatch(i -> a.get(i) != b.get(i));
  }

  /** Returns whether a parameter is of the model without heads. */
  boolean isBase(String name) {
    return base.contains(start(name));
  }

  /** Returns where the files hold a parameter: under its own name, or one that is tied to it. */
  Optional<Dialect.Place> find(String name) {
    return Stream.concat(Stream.of(name), ties.namesOf(name))
        .map(dialect::place)
        .filter(p -> names.stored().containsKey(p.tensor()))
        .findFirst();
  }

  /** Reads the tensor of a place, or the part of it: its rows lie one after the other. */
  HostArray read(Dialect.Place place) {
    return place.parts() == 1 ? directory.read(name(place)) : rows(place, 0, rows(place));
  }

  /** Reads rows of the tensor of a place, or of the part of it. */
  HostArray rows(Dialect.Place place, int from, int to) {
    int before = place.part() * rows(place);
    return directory.rows(name(place), before + from, before + to);
  }

  private int rows(Dialect.Place place) {
    return spec(place).shape().dim(0) / place.parts();
  }

  /** Returns the tensor of a place that is a whole one, to be read by stretches. */
  StoredTensor stored(Dialect.Place place) {
    return directory.stored(name(place));
  }

  private String name(Dialect.Place place) {
    return Objects.requireNonNull(names.stored().get(place.tensor()), "a place that was found");
  }

  /** Returns what is known of the tensor of a place. */
  FileSpec spec(Dialect.Place place) {
    return Objects.requireNonNull(directory.tensors().get(name(place)), "a stored name");
  }

  /**
   * Refuses shapes that differ from the config's, and tensors that the family does not have.
   *
   * @param stored the model with the heads that the files hold
   * @param dropsHead whether tensors of other heads are left out
   * @return the names of tensors that are left out
   */
  Set<String> check(ModelSpec<?> stored, boolean dropsHead) {
    SortedSet<String> unknown = new TreeSet<>(names.stored().keySet());
    stored.layout().shapes().forEach((name, shape) -> unknown.remove(check(name, shape)));
    stored.layout().ties().keySet().forEach(a -> unknown.remove(dialect.place(a).tensor()));
    unknown.removeIf(stored.layout()::isIgnored);
    boolean ofHead =
        unknown.stream().allMatch(n -> stored.layout().isOfHead(n) || !base.contains(start(n)));
    if (unknown.isEmpty() || (dropsHead && ofHead)) {
      return unknown;
    }
    stored.architecture().tasks().stream()
        .flatMap(t -> half(stored, t, unknown).stream())
        .findFirst()
        .ifPresent(
            e -> {
              throw e;
            });
    String found =
        "holds "
            + unknown.size()
            + (unknown.size() == 1 ? " tensor" : " tensors")
            + " that a "
            + stored.architecture().name()
            + " of this config does not have, such as '"
            + unknown.first()
            + "'. Growing or training would lose it; leave it out of the files, or correct the config";
    throw ofHead
        ? new UnknownHeadException(directory.path(), found + ", or open it without its head.")
        : new CheckpointException(directory.path(), found + ".");
  }

  /** Returns a refusal of a head of which the files hold some tensors and not all. */
  private <C> Optional<UnknownHeadException> half(
      ModelSpec<C> stored, Task<?> task, Set<String> unknown) {
    ModelSpec<C> headed = stored.withHead(task.name());
    Set<String> head = new TreeSet<>(headed.layout().shapes().keySet());
    head.removeAll(stored.layout().shapes().keySet());
    Optional<String> held =
        head.stream().map(n -> dialect.place(n).tensor()).filter(unknown::contains).findFirst();
    Optional<String> lacking = head.stream().filter(n -> find(n).isEmpty()).findFirst();
    return held.isEmpty() || lacking.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new UnknownHeadException(
                directory.path(),
                "lacks the tensor '"
                    + dialect.place(lacking.get()).tensor()
                    + "' of its "
                    + task.name()
                    + " head, of which it holds '"
                    + held.get()
                    + "'; add it, correct the config if another tensor is tied to it, or open the"
                    + " checkpoint without its head."));
  }

  /** Checks one parameter, and returns the name of its tensor. */
  private String check(String name, Shape shape) {
    Dialect.Place place =
        find(name)
            .orElseThrow(
                () ->
                    new CheckpointException(directory.path(), "lacks the tensor '" + name + "'."));
    FileSpec spec = spec(place);
    if (!spec.shape().equals(place.tensorShape(shape))) {
      throw new CheckpointException(
          directory.path(),
          "'"
              + name(place)
              + "' should have shape "
              + place.tensorShape(shape)
              + " by config.json, found "
              + spec.shape()
              + "; config and weights are not of one model.");
    }
    if (!spec.dtype().memory().isFloating()) {
      throw new CheckpointException(
          directory.path(), "'" + name(place) + "' should be floating, found " + spec + ".");
    }
    return place.tensor();
  }
}
