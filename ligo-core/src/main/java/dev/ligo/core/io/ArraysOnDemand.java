package dev.ligo.core.io;

import dev.ligo.api.HostArray;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Named arrays, each read when it is asked for, every time anew: whoever goes through them needs
 * memory for one. Its names are in order, and it cannot be changed.
 */
public final class ArraysOnDemand extends AbstractMap<String, HostArray> {
  private final SortedSet<String> names;
  private final Function<String, HostArray> read;

  /**
   * Describes the arrays.
   *
   * @param names the arrays' names
   * @param read reads the array of a name
   */
  public ArraysOnDemand(Collection<String> names, Function<String, HostArray> read) {
    this.names = Collections.unmodifiableSortedSet(new TreeSet<>(names));
    this.read = read;
  }

  @Override
  public Set<String> keySet() {
    return names;
  }

  @Override
  public boolean containsKey(Object name) {
    return names.contains(name);
  }

  @Override
  public HostArray get(Object name) {
    return names.contains(name) ? read.apply((String) name) : null;
  }

  @Override
  public Set<Map.Entry<String, HostArray>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return names.size();
      }

      @Override
      public Iterator<Map.Entry<String, HostArray>> iterator() {
        Iterator<String> each = names.iterator();
        return new Iterator<>() {
          @Override
          public boolean hasNext() {
            return each.hasNext();
          }

          @Override
          public Map.Entry<String, HostArray> next() {
            String name = each.next();
            return Map.entry(name, read.apply(name));
          }
        };
      }
    };
  }
}
