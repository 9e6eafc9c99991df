/**
 * Whether growing was worth it: arms that begin differently are trained on the same data at equal
 * compute, and their validation curves compared.
 */
package dev.ligo.core.experiment;
