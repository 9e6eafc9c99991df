package dev.ligo.it.bench.byhand;

/**
 * The values of one parameter.
 *
 * @param shape its extents
 * @param elements its elements, row-major
 */
@SuppressWarnings("ArrayRecordComponent") // read element by element, never compared
public record Values(long[] shape, float[] elements) {}
