package dev.ligo.text;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Where a document may be cut so that its pieces have the tokens of the whole.
 *
 * <p>Most tokenizers divide words before white space, whatever stands before it. Others begin each
 * text as if after a space, or do not divide it at all, as those made by SentencePiece. To them a
 * piece may begin with a space alone, and only where no token reaches across.
 *
 * @param spacesOnly whether pieces begin with a space alone
 * @param spaceAdded whether the tokenizer puts a space before each piece, even before a space
 * @param joined the characters after which a token may have a space
 */
record Cuts(boolean spacesOnly, boolean spaceAdded, Set<Character> joined) {
  /** Before any white space. */
  static final Cuts AT_WHITE_SPACE = new Cuts(false, false, Set.of());

  /** How SentencePiece writes a space. */
  private static final char SPACE = '\u2581';

  /** What divides words at any white space and treats each alike. */
  private static final Set<String> DIVIDES =
      Set.of("WhitespaceSplit", "Whitespace", "BertPreTokenizer");

  /** Returns where documents are cut for a tokenizer. */
  static Cuts of(TokenizerJson tokenizer) {
    List<JsonObject> normalizers = tokenizer.steps("normalizer").toList();
    List<JsonObject> divisions = tokenizer.steps("pre_tokenizer").toList();
    boolean added = normalizers.stream().anyMatch(is("type", "Prepend"));
    boolean ofPieces =
        divisions.isEmpty()
            || divisions.stream()
                .anyMatch(is("type", "Metaspace").or(is("add_prefix_space", "true")))
            || normalizers.stream().anyMatch(is("content", String.valueOf(SPACE)));
    boolean divided =
        divisions.stream().anyMatch(d -> DIVIDES.stream().anyMatch(t -> is("type", t).test(d)));
    return added || (ofPieces && !divided)
        ? new Cuts(true, added, joined(tokenizer.pieces().keySet()))
        : AT_WHITE_SPACE;
  }

  private static Predicate<JsonObject> is(String key, String value) {
    return step -> step.get(key) instanceof JsonPrimitive p && p.getAsString().equals(value);
  }

  private static Set<Character> joined(Set<String> pieces) {
    Set<Character> joined = new HashSet<>();
    for (String piece : pieces) {
      for (int i = 1; i < piece.length(); i++) {
        if (piece.charAt(i) == SPACE || piece.charAt(i) == ' ') {
          joined.add(piece.charAt(i - 1));
        }
      }
    }
    return Set.copyOf(joined);
  }

  /**
   * Returns whether a text may be cut before a place, which is a space between two words. Next to
   * other characters may be a special token, which divides a text itself.
   */
  boolean isSafe(CharSequence text, int place) {
    return place > 0
        && place + 1 < text.length()
        && text.charAt(place) == ' '
        && Character.isLetterOrDigit(text.charAt(place + 1))
        && Character.isLetterOrDigit(text.charAt(place - 1))
        && !joined.contains(text.charAt(place - 1));
  }
}
