/** Learns a growth operator on the large model's loss. */
package dev.ligo.core.growth.learn;
