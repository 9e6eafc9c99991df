package dev.ligo.testkit.plain;

import dev.ligo.api.TensorSpec;
import dev.ligo.api.spi.Engine;
import dev.ligo.api.spi.Kernels;
import dev.ligo.backend.plain.PlainArray;
import dev.ligo.backend.plain.PlainKernels;
import java.util.IdentityHashMap;
import java.util.List;

/** Random numbers that are not drawn as they should be. */
final class DropoutDefects {
  private DropoutDefects() {}

  static List<Defect> all() {
    return List.of(
        mask(
            "the dropout mask ignores its seed",
            "anotherSeedGivesOtherMasks",
            (k, seed, rate, place, spec) -> new PlainKernels(0).dropoutMask(rate, place, spec)),
        mask(
            "the seed of a dropout mask loses its upper half",
            "anotherSeedGivesOtherMasks",
            (k, seed, rate, place, spec) ->
                new PlainKernels((int) seed).dropoutMask(rate, place, spec)),
        mask(
            "the dropout mask ignores the place",
            "anotherPlaceGivesAnotherMask",
            (k, seed, rate, place, spec) -> k.dropoutMask(rate, 0, spec)),
        mask(
            "the dropout mask adds seed and place",
            "placesAndSeedsAreNotInterchangeable",
            (k, seed, rate, place, spec) ->
                new PlainKernels(seed + place).dropoutMask(rate, 0, spec)),
        mask(
            "what dropout keeps is not scaled",
            "elementsAreDroppedAtTheRateAndTheOthersScaled",
            (k, seed, rate, place, spec) -> {
              PlainArray mask = k.dropoutMask(rate, place, spec);
              return mask.revalued(i -> mask.get(i) == 0 ? 0 : 1);
            }),
        mask(
            "one dropout mask for all rows",
            "elementsAreDrawnOneByOne",
            (k, seed, rate, place, spec) -> {
              PlainArray mask = k.dropoutMask(rate, place, spec);
              int n = spec.shape().rank() == 0 ? 1 : spec.shape().dim(-1);
              return mask.revalued(i -> mask.get(i % n));
            }),
        new Defect(
            "a trace keeps the seed of its first run",
            "oneComputationDrawsAnewForEachSeed",
            FirstSeed::new));
  }

  /** Draws a mask. */
  private interface Mask {
    PlainArray draw(
        Kernels<PlainArray> kernels, long seed, double rate, long place, TensorSpec spec);
  }

  private static Defect mask(String name, String caughtBy, Mask mask) {
    return new Defect(
        name,
        caughtBy,
        engine ->
            new ForwardingEngine(engine) {
              private final ThreadLocal<Long> seeds = new ThreadLocal<>();

              @Override
              public Executable<PlainArray> prepare(
                  Body<PlainArray> body, List<TensorSpec> inputs) {
                return super.prepare((k, in) -> body.apply(spoilt(k), in), inputs);
              }

              private Kernels<PlainArray> spoilt(Kernels<PlainArray> sound) {
                return new ForwardingKernels(sound) {
                  @Override
                  public PlainArray dropoutMask(double rate, long place, TensorSpec result) {
                    return mask.draw(sound, seeds.get(), rate, place, result);
                  }
                };
              }

              @Override
              List<PlainArray> run(
                  Executable<PlainArray> executable,
                  List<PlainArray> handles,
                  List<Boolean> donated,
                  long seed) {
                seeds.set(seed);
                return super.run(executable, handles, donated, seed);
              }
            });
  }

  private static final class FirstSeed extends ForwardingEngine {
    private final IdentityHashMap<Executable<PlainArray>, Long> seeds = new IdentityHashMap<>();

    FirstSeed(Engine<PlainArray> engine) {
      super(engine);
    }

    @Override
    List<PlainArray> run(
        Executable<PlainArray> executable,
        List<PlainArray> handles,
        List<Boolean> donated,
        long seed) {
      seeds.putIfAbsent(executable, seed);
      return super.run(executable, handles, donated, seeds.get(executable));
    }
  }
}
