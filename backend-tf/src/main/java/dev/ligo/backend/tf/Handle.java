package dev.ligo.backend.tf;

/** A handle of this backend: an array outside of programs, an output of a node inside. */
sealed interface Handle permits Array, Output {}
