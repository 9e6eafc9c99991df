package dev.ligo.backend.tf;

/**
 * One result of a node of a graph that is being traced.
 *
 * @param node the node
 * @param index which of its results
 */
record Output(Node node, int index) implements Handle {}
