package dev.ligo.backend.tf;

/** What the SPI's handles are here: arrays outside of programs, outputs of nodes inside. */
sealed interface Handle permits Array, Output {}
