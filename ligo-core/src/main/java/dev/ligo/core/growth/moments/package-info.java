/** Grows AdamW's moments with the parameters that they belong to. */
package dev.ligo.core.growth.moments;
