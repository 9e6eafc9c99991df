package dev.ligo.core.train;

import dev.ligo.api.HostArray;
import dev.ligo.api.NamedTensors;
import dev.ligo.api.Shape;
import dev.ligo.api.Tensor;
import dev.ligo.api.Tensors;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Some rows of a tensor, chosen on the host: a fixed number of them passes through a function, and
 * the others stay. All shapes are fixed; the choice is an input, and what is not chosen costs
 * nothing.
 */
public final class Rows {
  private Rows() {}

  /**
   * {@return the inputs that choose rows: an order of all of them, the chosen ones first, and the
   * inverse of it}
   *
   * @param name what the inputs are called
   * @param orders for each choice of its own an order
   */
  public static Map<String, HostArray> inputs(String name, int[]... orders) {
    int rows = orders[0].length;
    int[] order = new int[orders.length * rows];
    int[] back = new int[order.length];
    for (int c = 0; c < orders.length; c++) {
      for (int i = 0; i < rows; i++) {
        order[c * rows + i] = orders[c][i];
        back[c * rows + orders[c][i]] = i;
      }
    }
    Shape shape = Shape.of(orders.length, rows);
    return Map.of(
        name + "/order", HostArray.of(shape, order), name + "/back", HostArray.of(shape, back));
  }

  /**
   * A choice inside a program.
   *
   * @param chosen the indices of the rows that are chosen
   * @param others those of the rest
   * @param back where each row is, of the chosen ones and the rest one after the other
   */
  public record Choice(Tensors t, Tensor chosen, Tensor others, Tensor back) {
    /**
     * {@return a choice from the inputs}
     *
     * @param t what makes constants
     * @param inputs the program's inputs by name
     * @param name what the inputs are called
     * @param number which of the orders, from 0
     * @param count the number of rows that are chosen
     */
    public static Choice of(Tensors t, NamedTensors inputs, String name, int number, int count) {
      Tensor order = row(inputs.get(name + "/order"), number);
      Tensor back = row(inputs.get(name + "/back"), number);
      int rows = order.shape().dim(0);
      return new Choice(t, order.slice(0, 0, count), order.slice(0, count, rows), back);
    }

    private static Tensor row(Tensor all, int number) {
      return all.slice(0, number, number + 1).reshape(-1);
    }

    /**
     * {@return the chosen rows of a tensor}
     *
     * @param x the tensor
     */
    public Tensor of(Tensor x) {
      return x.take(chosen, 0);
    }

    /**
     * {@return a tensor whose chosen rows are what a function makes of them}
     *
     * @param x the tensor
     * @param function what is made of the tensor where the choice holds
     */
    public Tensor change(Tensor x, UnaryOperator<Tensor> function) {
      Tensor changed = function.apply(of(x));
      return others.shape().dim(0) == 0
          ? changed.take(back, 0)
          : t.concat(0, List.of(changed, x.take(others, 0))).take(back, 0);
    }
  }
}
