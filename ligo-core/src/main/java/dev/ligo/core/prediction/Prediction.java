package dev.ligo.core.prediction;

import java.util.List;

/** What a model predicts of one text or picture. */
public sealed interface Prediction {
  /** Why a text goes on no further. */
  enum Stop {
    /** The model ended the text. */
    END,
    /** As many tokens were added as were asked for. */
    TOKENS,
    /** The model has no positions for more. */
    POSITIONS
  }

  /** {@return the text, or the path of the picture} */
  String input();

  /**
   * A text with what follows it.
   *
   * @param input the text
   * @param text what follows it
   * @param tokens the ids of the tokens that were added, an end of text included
   * @param stop why there are no more
   */
  record Continuation(String input, String text, List<Integer> tokens, Stop stop)
      implements Prediction {
    /**
     * Copies the tokens.
     *
     * @param input the text
     * @param text what follows it
     * @param tokens the ids of the tokens that were added, an end of text included
     * @param stop why there are no more
     */
    public Continuation {
      tokens = List.copyOf(tokens);
    }
  }

  /**
   * The likeliest tokens in the place of each mask of a text.
   *
   * @param input the text
   * @param masks for each mask the likeliest tokens, the likeliest first; none in a text without
   */
  record Filling(String input, List<List<Choice>> masks) implements Prediction {
    /** How many tokens are given for each mask. */
    public static final int BEST = 5;

    /**
     * Copies the choices.
     *
     * @param input the text
     * @param masks for each mask the likeliest tokens, the likeliest first
     */
    public Filling {
      masks = masks.stream().map(List::copyOf).toList();
    }
  }

  /**
   * The classes of a text or a picture.
   *
   * @param input the text, or the path of the picture
   * @param classes all classes, the likeliest first
   */
  record Classes(String input, List<Choice> classes) implements Prediction {
    /**
     * Copies the classes.
     *
     * @param input the text, or the path of the picture
     * @param classes all classes, the likeliest first
     */
    public Classes {
      classes = List.copyOf(classes);
    }
  }
}
