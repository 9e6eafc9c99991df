/** Applies a growth operator: on a backend, or on the host where it only copies. */
package dev.ligo.core.growth.apply;
