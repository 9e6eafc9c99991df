package dev.ligo.cli.plan;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.ligo.cli.console.Format;
import dev.ligo.core.plan.DepthLaw;
import dev.ligo.core.plan.GrowthPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What other rules say than the one that a plan follows.
 *
 * @param budget what training from scratch would take
 * @param findings what pilots say, if there were any
 */
record PlanRules(Budget budget, Optional<PilotRuns.Findings> findings) {
  private static final String CAUSAL = "causal-lm";

  /** Returns the rules in words. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    findings.ifPresent(
        f ->
            f.small()
                .keySet()
                .forEach(
                    s -> {
                      GrowthPoint point = keepingTheLoss(f, s);
                      lines.add(
                          "equal slopes as published, for a growth that keeps the loss and the way"
                              + " it falls: "
                              + s.shape().text()
                              + " for "
                              + Format.count(steps(point), "step")
                              + ", "
                              + Format.percent(point.net())
                              + " net");
                    }));
    lines.add("gStack's law: " + depthText());
    return lines;
  }

  private long steps(GrowthPoint point) {
    return Math.max(1, Math.round(point.length() * budget.steps()));
  }

  private GrowthPoint keepingTheLoss(PilotRuns.Findings f, SmallModel small) {
    return GrowthPoint.keepingTheLoss(
        f.curve(small), f.pilot().large(), budget.stepFlops(small.model()) / budget.stepFlops(), 1);
  }

  private double parameters() {
    return Budget.parameters(budget.large());
  }

  private boolean isCausal() {
    return budget.large().pretraining().equals(CAUSAL);
  }

  private double tokens() {
    return DepthLaw.tokens(parameters(), budget.units());
  }

  private String depthText() {
    if (!isCausal()) {
      return "for causal language models alone, which this is not";
    }
    String says =
        String.format(
            "train 1/%d of the layers for %s tokens, of a budget of %s, then stack them",
            DepthLaw.FACTOR, Format.rough(tokens()), Format.rough(budget.units()));
    return DepthLaw.covers(parameters())
        ? says
        : says
            + String.format(
                ". It does not hold here: it was fitted to models of %s and %s parameters",
                Format.rough(DepthLaw.LEAST_PARAMETERS), Format.rough(DepthLaw.MOST_PARAMETERS));
  }

  /** Returns the rules for programs. */
  JsonObject json() {
    JsonObject o = new JsonObject();
    if (isCausal()) {
      JsonObject law = new JsonObject();
      law.addProperty("layers_divided_by", DepthLaw.FACTOR);
      law.addProperty("tokens", tokens());
      law.addProperty("budget_tokens", budget.units());
      law.addProperty("fitted_to_this_size", DepthLaw.covers(parameters()));
      o.add("depth_law", law);
    }
    findings.ifPresent(
        f -> {
          JsonArray all = new JsonArray();
          f.small()
              .forEach(
                  (small, run) -> {
                    GrowthPoint point = keepingTheLoss(f, small);
                    JsonObject s = new JsonObject();
                    s.addProperty("smaller_in", small.kind().word());
                    s.addProperty("steps", steps(point));
                    s.addProperty("net_saving", point.net());
                    s.addProperty("pilot_steps", run.steps());
                    s.addProperty("pilot_loss", run.last());
                    all.add(s);
                  });
          o.add("equal_slopes", all);
          JsonObject large = new JsonObject();
          large.addProperty("steps", f.large().steps());
          large.addProperty("first_loss", f.large().first());
          large.addProperty("loss", f.large().last());
          large.addProperty("expected_loss", f.pilot().last());
          large.addProperty("expected_loss_moved", f.pilot().shift());
          o.add("pilot", large);
        });
    return o;
  }
}
