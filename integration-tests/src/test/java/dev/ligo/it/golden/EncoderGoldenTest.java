package dev.ligo.it.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ligo.api.DType;
import dev.ligo.api.HostArray;
import dev.ligo.core.Checkpoint;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** The tests that all encoders have golden files for. */
abstract class EncoderGoldenTest extends GoldenTest {
  static final Case BASE = Case.headless("base");
  static final Case CLASSIFICATION = Case.of("classification", "classification");

  EncoderGoldenTest(String family) {
    super(family);
  }

  static Case masked(String name) {
    return Case.of(name, "masked-lm");
  }

  @Override
  SortedMap<String, HostArray> batch(Golden golden, Case of, DType dtype) {
    SortedMap<String, HostArray> batch =
        ids(golden, "input_ids", "attention_mask", "token_type_ids");
    if (of.task().equals(CLASSIFICATION.task())) {
      batch.putAll(labels(golden, dtype));
    } else if (of.task().isPresent()) {
      batch.putAll(MaskedBatch.everyPosition(golden, dtype));
    }
    return batch;
  }

  @Override
  SortedMap<String, HostArray> lossBatch(Golden golden, Case of, DType dtype) {
    SortedMap<String, HostArray> batch = batch(golden, of, dtype);
    if (batch.containsKey("masked_labels")) {
      batch.putAll(MaskedBatch.labelled(golden, dtype));
    }
    return batch;
  }

  @Test
  void anEncoderHasNoHead() {
    try (Golden golden = golden(BASE);
        Checkpoint checkpoint = ligo.open(golden.directory())) {
      assertThat(checkpoint.model().heads()).isEmpty();
      assertThat(checkpoint.dialect().name()).isEqualTo("encoder without prefix");
    }
  }
}
