/** Labelled images as files hold them, and batches of them. */
package dev.ligo.models.vit.image;
