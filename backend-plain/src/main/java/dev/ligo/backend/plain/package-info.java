/**
 * A backend in plain Java: arrays of doubles on the heap, recorded and differentiated backwards.
 */
package dev.ligo.backend.plain;
