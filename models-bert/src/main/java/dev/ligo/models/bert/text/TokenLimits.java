package dev.ligo.models.bert.text;

import java.util.OptionalInt;

/**
 * What tokens must fit to be a model's.
 *
 * @param vocabulary the number of tokens that the model knows
 * @param longest the most tokens in an example
 * @param padding the id that the model takes for padding, if it looks for it
 * @param types whether tokens have types
 */
public record TokenLimits(int vocabulary, int longest, OptionalInt padding, boolean types) {}
