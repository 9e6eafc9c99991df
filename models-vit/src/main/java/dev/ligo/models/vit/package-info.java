/** The vision models, one file each, with their tasks. */
package dev.ligo.models.vit;
