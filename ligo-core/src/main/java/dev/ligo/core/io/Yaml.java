package dev.ligo.core.io;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.representer.StandardRepresenter;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Reads YAML that others wrote, and writes YAML that others read. */
public final class Yaml {
  /** How deep a text may nest; what is read here nests to 6. */
  private static final int DEEPEST = 20;

  private static final int MOST_ALIASES = 20;

  private static final LoadSettings READ =
      LoadSettings.builder()
          .setMaxAliasesForCollections(MOST_ALIASES)
          .setAllowRecursiveKeys(false)
          .setAllowDuplicateKeys(false)
          .build();

  private static final DumpSettings WRITTEN =
      DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build();

  /** What is a text in every version of YAML, but for {@link #WORDS}. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9_./-]*");

  /** What Python's yaml, of version 1.1, takes for a truth value or nothing: no is Norwegian. */
  private static final Pattern WORDS =
      Pattern.compile("y|n|yes|no|on|off|true|false|null", Pattern.CASE_INSENSITIVE);

  private Yaml() {}

  /**
   * {@return the whole of a YAML text: a map, a list or a scalar, or nothing where it is null}
   *
   * @param text the text
   * @throws IOException if it is no YAML, or nests too deep; the message is a sentence
   */
  public static Optional<Object> read(String text) throws IOException {
    try {
      // The parser needs no stack for what nests; what makes objects of it does.
      int depth = 0;
      Parser events = new ParserImpl(READ, new StreamReader(READ, text));
      while (events.hasNext()) {
        Event event = events.next();
        depth += event instanceof CollectionStartEvent ? 1 : 0;
        depth -= event instanceof CollectionEndEvent ? 1 : 0;
        if (depth > DEEPEST) {
          throw new IOException(
              "expected YAML that nests to 6, found deeper than " + DEEPEST + ".");
        }
      }
      return Optional.ofNullable(new Load(READ).loadFromString(text));
    } catch (RuntimeException e) { // for a malformed tag one that is no YamlEngineException
      String found = String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
      throw new IOException("expected YAML, found: " + found + ".", e);
    }
  }

  /**
   * {@return a map in block style} Readers of YAML 1.1, too, find its texts to be texts.
   *
   * @param map the keys and their values: texts, and lists of texts
   */
  public static String write(Map<String, ?> map) {
    return new Dump(WRITTEN, new Texts()).dumpToString(map);
  }

  /** Quotes what could be taken for something else than a text. */
  private static final class Texts extends StandardRepresenter {
    Texts() {
      super(WRITTEN);
      representers.put(
          String.class,
          text -> {
            boolean plain =
                PLAIN.matcher((String) text).matches() && !WORDS.matcher((String) text).matches();
            return representScalar(
                Tag.STR, (String) text, plain ? ScalarStyle.PLAIN : ScalarStyle.DOUBLE_QUOTED);
          });
    }
  }
}
