package dev.ligo.cli.compare;

import dev.ligo.cli.options.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * One of the sizes that a source has on its way, and how long it is trained in it.
 *
 * @param layers the number of layers
 * @param hidden the hidden size
 * @param steps the steps of a schedule of its own
 */
record Stage(int layers, int hidden, long steps) {
  private static final Pattern FORM = Pattern.compile("(\\d+)[x×](\\d+):(\\d+)");

  /** Returns what tells the stage apart in names of files and candidates. */
  String key() {
    return layers + "x" + hidden + "-" + steps;
  }

  @Override
  public String toString() {
    return layers + "x" + hidden + ":" + steps;
  }

  /** The stages of a source, the first one first. */
  record All(List<Stage> stages) {
    All {
      stages = List.copyOf(stages);
    }

    @Override
    public String toString() {
      return String.join(",", stages.stream().map(Stage::toString).toList());
    }
  }

  /** Reads the stages of a source. */
  static final class Converter implements ITypeConverter<All> {
    @Override
    public All convert(String text) {
      List<Stage> stages = new ArrayList<>();
      for (String part : text.split(",", -1)) {
        Matcher m = FORM.matcher(part);
        if (!m.matches()) {
          throw new TypeConversionException(
              "expected LAYERSxHIDDEN:STEPS, with commas between stages, as in 3x64:300,4x96:600,"
                  + " found '"
                  + text
                  + "'");
        }
        Stage next =
            new Stage(
                new Values.Layers().convert(m.group(1)),
                new Values.Units().convert(m.group(2)),
                new Values.Steps().convert(m.group(3)));
        requireGrown(stages, next);
        stages.add(next);
      }
      return new All(stages);
    }

    private static void requireGrown(List<Stage> stages, Stage next) {
      if (!stages.isEmpty()) {
        Stage before = stages.get(stages.size() - 1);
        boolean same = next.layers == before.layers && next.hidden == before.hidden;
        if (same || next.layers < before.layers || next.hidden < before.hidden) {
          throw new TypeConversionException(
              "expected stages of which each is larger than the one before, found "
                  + before
                  + " and then "
                  + next);
        }
      }
    }
  }
}
