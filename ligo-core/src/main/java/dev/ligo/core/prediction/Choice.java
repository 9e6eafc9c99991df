package dev.ligo.core.prediction;

/**
 * One of the things that a model chooses from.
 *
 * @param id the number of the class or the token
 * @param name the name of the class, or the token's text
 * @param probability the probability that the model gives it
 */
public record Choice(int id, String name, double probability) {}
